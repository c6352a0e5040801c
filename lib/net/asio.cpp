// SPDX-License-Identifier: MIT
// Asio's own code, compiled here once (ASIO_SEPARATE_COMPILATION).
#include <asio/impl/src.hpp>
