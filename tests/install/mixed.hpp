// SPDX-License-Identifier: MIT
#pragma once

/// Prints what fails; 0 if nothing does.
[[gnu::visibility("default")]] int mixed();
