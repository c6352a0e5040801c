// SPDX-License-Identifier: MIT
#include "mixed.hpp"

int main() {
    return mixed();
}
