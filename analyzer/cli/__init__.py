"""The command ``hegui``: one file per command, loaded when it is called."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from analyzer.cli.chinese import Entry, LazyGroup, run

COMMANDS: dict[str, Entry] = {
    "check": Entry("analyzer.cli.check:command", "检查一通或几通电话，结果直接看"),
    "audit": Entry("analyzer.cli.audit:command", "批量质检：逐通报告、工作簿、总览页"),
    "script": Entry("analyzer.cli.script:command", "检查话术修改：新增违规、丢失告知"),
    "review": Entry("analyzer.cli.review:command", "复核：导入结论、统计精确率和漏判、抽样"),
    "rules": Entry("analyzer.cli.rules:command", "规则集：查看、自测、找毛病、起草"),
    "evaluate": Entry("analyzer.cli.evaluate:command", "用人工标注的通话评测规则"),
    "train": Entry("analyzer.cli.train:command", "用训练材料重新训练模型"),
    "formats": Entry("analyzer.cli.formats:command", "列出能读的转写格式和样例"),
}
"""Command -> where it is and what it does in a word."""

SELDOM = 50_000
"""So many new objects before the collector looks for garbage: most of what is loaded stays."""
HELP = """合规：检查催收通话转写，逐通判定、原话为证。

\b
例：
  hegui check 通话.txt                 检查一通电话，结果直接看
  hegui audit 转写目录/ -o 报告目录/     批量质检，出报告和总览页
  hegui script 话术/ --since main        话术这次修改带来了什么
  hegui rules list                     看有哪些规则

退出码：0 没有达到 --fail-on 的问题；1 有；2 没能完成（输入读不了、选项不对、规则有错）。
"""


def build() -> LazyGroup:
    """The command group."""
    return LazyGroup("hegui", COMMANDS, HELP)


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # nothing here multiplies matrices; idle threads cost the start
    gc.set_threshold(SELDOM, 20, 20)
    sys.exit(run(build(), args))
