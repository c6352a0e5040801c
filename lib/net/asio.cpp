// SPDX-License-Identifier: MIT
// Asio's own code, compiled here once (ASIO_SEPARATE_COMPILATION).
//
// Where the library is linked statically, this is the code of its users as well. They may use what
// Asio calls deprecated, which would find functions here that return nothing.
//
// Whoever uses the shared library has a second copy, as headers, and its run() calls what is here.
// The two agree on every object but a thread's list of the loops that it runs, which is each one's
// own: seen from here, this thread runs none. All of Asio allows for that but for one line of the
// reactor, which makes up for a unit of work in that list. It counts the unit where work is counted
// that no loop knows of.
#undef ASIO_NO_DEPRECATED
#include <asio/detail/impl/scheduler.ipp>

#define compensating_work_started work_started // NOLINT(cppcoreguidelines-macro-usage)
#include <asio/impl/src.hpp>
