// SPDX-License-Identifier: MIT
// Asio's own code, compiled here once (ASIO_SEPARATE_COMPILATION).
//
// Whoever uses the shared library has a second copy, as headers, and its run() calls what is here.
// The two agree on every object but a thread's list of the loops that it runs, which is each one's
// own: seen from here, this thread runs none. All of Asio allows for that but for one line of the
// reactor, which makes up for a unit of work in that list. It counts the unit where work is counted
// that no loop knows of.
#include <asio/detail/impl/scheduler.ipp>

#define compensating_work_started work_started // NOLINT(cppcoreguidelines-macro-usage)
#include <asio/impl/src.hpp>
