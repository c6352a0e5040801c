# SPDX-License-Identifier: MIT
"""The matrix in numbers, as README.md beside this file has it. usage: counts.py"""
import collections
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "support")]

import matrix


def table(variants):
    """Markdown: a line for each rule. `variants`: the generated runs, their row first."""
    rows = collections.Counter(row.rule for row in matrix.ROWS)
    runs = collections.Counter(variant[0].rule for variant in variants)
    lines = ["| rule | rows | runs | elsewhere |", "|---|---|---|---|"]
    for rule in matrix.RULES:
        path = matrix.ELSEWHERE.get(rule)
        lines.append(f"| {rule} | {rows[rule]} | {runs[rule]} | {f'`tests/{path[0]}`' if path else ''} |")
    lines.append(f"| all | {sum(rows.values())} | {sum(runs.values())} | |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    from test_faults import variants

    print(table(variants(matrix.ROWS)), end="")
