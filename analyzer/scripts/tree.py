"""YAML and JSON scripts of whatever shape: every text keeps the line it stands on and the path of keys to it."""

from __future__ import annotations

import re

from analyzer.scripts import graph, headings, labels, speech
from analyzer.scripts.nodes import Leaf, Node, Pairs, of_json, of_yaml
from analyzer.scripts.outline import Outline
from analyzer.scripts.script import Medium, Voice

_TITLE = re.compile(
    r"^(?:name|title|scene|scenario|situation|topic|label|名称|标题|场景|场景名称|情景|情境|主题|节点|环节|阶段|stage|step|node|phase)$",
    re.IGNORECASE,
)
_ROLE = re.compile(r"^(?:role|speaker|who|by|from|voice|角色|说话人|发言人|说话方|身份)$", re.IGNORECASE)
_TEXT = re.compile(
    r"^(?:text|content|words|say|says|line|utterance|message|msg|body|script|value|template|话术|内容|文本|文案|台词|正文|说|话术内容)$",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"^(?:when|if|condition|on|case|trigger|branch|customer_says|intent|条件|触发|触发条件|若|如果|情形|情况|分支|分支条件|客户说|客户意图|意图)$",
    re.IGNORECASE,
)
_BRANCHES = re.compile(r"branches|options|cases|alternatives|分支|选项|情形|分支列表", re.IGNORECASE)
_PLAIN = re.compile(
    r"^(?:scenes?|scenarios?|lines?|steps?|dialogs?|dialogues?|flows?|nodes?|items?|data|contents?|scripts?|turns?|children|sections?|body|list|messages?|branches|options|cases|templates?|examples?|then|reply|replies|texts?|"
    r"话术|话术库|流程|对话|内容|场景|场景列表|步骤|节点|分支|选项|话术列表|列表|脚本|正文|示例|样例|对话流程|主流程|回复|则)$",
    re.IGNORECASE,
)
_SILENT = re.compile(
    r"^(?:id|key|code|version|ver|date|updated?(?:_?at|_?by)?|created?(?:_?at|_?by)?|author|owner|tags?|lang|language|encoding|schema|next|goto|target|ref|priority|order|编号|版本|日期|更新日期|生效日期|作者|负责人|审核人|部门|标签|下一步|跳转|序号)$",
    re.IGNORECASE,
)
_FLAG = re.compile(
    r"status|state|flag|kind|type|polarity|verdict|compliant|allowed|approved|valid|^ok$|usable|is_|合规|可用|启用|状态|类型|标记|性质|正误",
    re.IGNORECASE,
)
_RELATION = re.compile(
    r"^(?:relation|callee|target|audience|to|contact|party|接听人|对象|接听对象|关系|channel|medium|渠道)$",
    re.IGNORECASE,
)


def read_yaml(text: str, name: str) -> Outline:
    """The outline of a YAML script.

    Raises:
        InputError: no YAML, or nested absurdly.
    """
    return _outline(of_yaml(text, name))


def read_json(text: str, name: str) -> Outline:
    """The outline of a JSON script, also of one object per line.

    Raises:
        InputError: no JSON, or nested absurdly.
    """
    return _outline(of_json(text, name))


def _outline(documents: list[Node]) -> Outline:
    outline = Outline()
    walker = _Walker(outline)
    for document in documents:
        walker.node(document, "", 1, None)
    return outline


class _Walker:
    """Goes through the tree and tells the outline what the keys mean."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline

    def node(self, node: Node, path: str, level: int, voice: Voice | None) -> None:
        steps = graph.flow(node) if isinstance(node, list) else None
        if steps is not None:
            self._graph(steps, path, level, voice)
        elif isinstance(node, Pairs):
            self._mapping(node, path, level, voice)
        elif isinstance(node, list):
            for i, child in enumerate(node):
                self.node(child, f"{path}[{i}]", level, voice)
        else:
            self._leaf(node, path, voice)

    def _graph(self, steps: list[graph.Step], path: str, level: int, voice: Voice | None) -> None:
        """The steps of a graph as one scene with branches; what goes out by another medium is a scene of its own."""
        for branch, pairs in steps:
            about = _about(pairs)
            if headings.medium_of(about) is not Medium.CALL:
                self.outline.heading(branch[-1] if branch else about, level, about=about)
                self._mapping(pairs, path, level, voice, titled=False)
                self.outline.close(level)
                continue
            for label in branch:
                self.outline.push(branch=label)
            self._mapping(pairs, path, level, voice, titled=False)
            for _ in branch:
                self.outline.pop()

    def _leaf(self, leaf: Leaf, path: str, voice: Voice | None) -> None:
        if not isinstance(leaf.value, str):
            return
        for i, row in enumerate(leaf.value.split("\n")):
            words = speech.unbulleted(speech.plain(row))
            if words:
                line = leaf.line + (i + 1 if leaf.block else 0)
                if voice is None:
                    self.outline.text(words, line)
                else:
                    self.outline.say(words, line, voice=None if labels.read(words) else voice)

    def _mapping(self, pairs: Pairs, path: str, level: int, voice: Voice | None, *, titled: bool = True) -> None:
        leaves = {k: v for k, _, v in pairs if isinstance(v, Leaf)}
        role = next((str(v.value) for k, v in leaves.items() if _ROLE.match(k) and v.value), None)
        spoken_by = labels.voice_of(role) if role else None
        taught = _taught(leaves) or (True if role and headings.teaching(role) else None)
        title_key = None if role and any(_TEXT.match(k) for k in leaves) else _title_key(pairs)
        when = next((k for k, v in leaves.items() if _WHEN.match(k) and isinstance(v.value, str)), None)
        if title_key is not None and titled:
            about = _about(pairs)
            stage = bool(re.match(r"stage|step|phase|环节|阶段|节点", title_key, re.IGNORECASE))
            self.outline.heading(str(leaves[title_key].value), level, stage=stage, taught=taught, about=about)
        self.outline.push(taught=taught, branch=str(leaves[when].value) if when else None)
        for key, line, value in pairs:
            if key not in (title_key, when) and not _ROLE.match(key):
                self._member(key, line, value, f"{path}.{key}" if path else key, level + 1, spoken_by or voice)
        self.outline.pop()
        if title_key is not None and titled:
            self.outline.close(level)

    def _member(self, key: str, line: int, value: Node, path: str, level: int, voice: Voice | None) -> None:
        if _SILENT.match(key) or _RELATION.match(key) or (isinstance(value, Leaf) and not isinstance(value.value, str)):
            return
        if headings.COMMENT.match(_spaced(key)):
            return
        teaching = headings.teaching(_spaced(key))
        if isinstance(value, Leaf) and (_is_mark(value.value) or (_FLAG.search(key) and len(value.value) <= 8)):
            return
        if teaching is not None and not _TEXT.match(key):
            self._under_mark(value, path, level, teaching, voice)
        elif _BRANCHES.search(key) and isinstance(value, Pairs):
            for label, _, inner in value:
                self.outline.push(branch=label)
                self.node(inner, f"{path}.{label}", level, voice)
                self.outline.pop()
        elif _TEXT.match(key) or _PLAIN.match(key):
            self.node(value, path, level, voice if voice is not None or not _TEXT.match(key) else _by_text(value))
        elif labels.voice_of(key) is not None:
            self.node(value, path, level, labels.voice_of(key))
        elif headings.is_condition(key):
            self.outline.push(branch=key)
            self.node(value, path, level, voice)
            self.outline.pop()
        elif isinstance(value, Leaf):
            self._leaf(value, path, labels.column_voice(key) or _by_text(value) or voice)
        else:
            self.outline.heading(key, level)
            self.node(value, path, level + 1, voice)
            self.outline.close(level)

    def _under_mark(self, value: Node, path: str, level: int, taught: bool, voice: Voice | None) -> None:
        self.outline.push(taught=taught)
        self.node(value, path, level, voice or Voice.AGENT)
        self.outline.pop()


def _about(pairs: Pairs) -> str:
    """Who is on the line and by which medium, as the keys of a mapping or its name say."""
    told = (v.value for k, _, v in pairs if _RELATION.match(k) and isinstance(v, Leaf))
    return " ".join(value for value in told if isinstance(value, str))


def _by_text(value: Node) -> Voice | None:
    """Whose words a text under a key that says nothing are; texts of several lines tell by their labels."""
    if not isinstance(value, Leaf) or not isinstance(value.value, str):
        return None
    several = "\n" in value.value.strip() or labels.read(value.value) is not None
    return None if several else speech.guess(value.value)


def _title_key(pairs: Pairs) -> str | None:
    """The key that names a mapping which holds more than a text."""
    for key, _, value in pairs:
        if _TITLE.match(key) and isinstance(value, Leaf) and isinstance(value.value, str) and len(value.value) <= 40:
            return key
    return None


def _taught(leaves: dict[str, Leaf]) -> bool | None:
    """What the flags of a mapping say: ``compliant: false``, ``type: 反例``, ``forbidden: true``."""
    for key, leaf in leaves.items():
        bad = bool(headings.BAD.search(_spaced(key))) or bool(re.search(r"禁|违规|错误", key))
        if isinstance(leaf.value, bool):
            if bad:
                return leaf.value or None
            if leaf.value is False and re.search(
                r"compliant|allowed|approved|valid|^ok$|usable|good|合规|可用|启用|正确|允许|enabled",
                key,
                re.IGNORECASE,
            ):
                return True
        elif isinstance(leaf.value, str) and _is_mark(leaf.value) and not _TEXT.match(key):
            return True
        elif isinstance(leaf.value, str) and _FLAG.search(key) and not _TEXT.match(key):
            value = leaf.value.strip()
            if bad and value in ("是", "Y", "y"):
                return True
            if not bad and headings.teaching(value):
                return True
    return None


def _is_mark(value: str) -> bool:
    return len(value) <= 14 and headings.only_marks(value) and bool(headings.teaching(value))


def _spaced(key: str) -> str:
    """A key as words: ``dontSay`` and ``dont_say`` are ``dont Say``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]+", " ", key)
