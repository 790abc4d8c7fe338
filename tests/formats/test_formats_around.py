"""What is known beside a transcript: files, lists and file names fill what the transcript does not say."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from invented_transcripts import archive, workbook

from analyzer.call import CHINA, Call, Relation
from analyzer.errors import InputError, Skipped
from analyzer.formats import read, read_text_stream, walk

TALK = "坐席：您好\n客户：喂\n"
MORNING = datetime(2026, 3, 2, 10, 15, tzinfo=CHINA)


def write(folder: Path, **files: str | bytes) -> None:
    for name, words in files.items():
        path = folder / name.replace("_dot_", ".")
        path.write_bytes(words if isinstance(words, bytes) else words.encode())


def call_in(path: Path, **options: str) -> Call:
    (call,) = read(path, **options)  # type: ignore[arg-type]
    assert isinstance(call, Call), call
    return call


def named(folder: Path, name: str) -> Call:
    (folder / name).write_text(TALK, encoding="utf-8")
    return call_in(folder / name)


def test_a_json_file_beside_fills_the_metadata_in_any_usual_names(tmp_path: Path) -> None:
    about = {"坐席工号": "A7", "callTime": "2026-03-02 10:15", "关系": "家属", "班组": "三组", "creditor": None}
    write(tmp_path, a_dot_txt=TALK, a_dot_meta_dot_json=json.dumps(about, ensure_ascii=False))
    meta = call_in(tmp_path / "a.txt").meta
    assert (meta.agent_id, meta.started_at, meta.relation) == ("A7", MORNING, Relation.FAMILY)
    assert (meta.creditor, meta.extra) == (None, {"班组": "三组"})


def test_a_csv_file_beside_is_a_header_and_a_row(tmp_path: Path) -> None:
    write(tmp_path, a_dot_txt=TALK, a_dot_meta_dot_csv="工号,通话时间\nA7,2026-03-02 10:15\n".encode("gb18030"))
    meta = call_in(tmp_path / "a.txt").meta
    assert (meta.agent_id, meta.started_at) == ("A7", MORNING)


@pytest.mark.parametrize("cell", ["a.txt", "录音/a.wav", "D:\\录音\\a.wav", "a"])
def test_a_list_of_calls_is_found_by_the_file_name_whatever_its_ending(tmp_path: Path, cell: str) -> None:
    rows = [
        ["序号", "录音文件", "坐席工号", "通话时间"],
        [1, "z.txt", "X", None],
        [2, cell, "A7", datetime(2026, 3, 2, 10, 15)],
    ]
    write(tmp_path, a_dot_txt=TALK, 通话清单_dot_xlsx=workbook(清单=rows))
    meta = call_in(tmp_path / "a.txt").meta
    assert (meta.agent_id, meta.started_at) == ("A7", MORNING)
    assert meta.extra == {"序号": 2}


def test_a_list_of_calls_is_found_by_the_call_id(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps({"call_id": f"c{i}", "turns": [{"text": "您好"}]}) for i in (1, 2, 3))
    write(tmp_path, 批_dot_jsonl=lines, metadata_dot_csv="call_id,agent_id\nc2,A2\nc3,A3\n")
    agents = [call.meta.agent_id for call in read(tmp_path / "批.jsonl") if isinstance(call, Call)]
    assert agents == [None, "A2", "A3"]


def test_the_transcript_comes_first_then_the_file_beside_then_the_list_then_the_name(tmp_path: Path) -> None:
    name = "13900000000_20260302101500"
    write(
        tmp_path,
        **{f"{name}_dot_txt": f"工号：T\n{TALK}", f"{name}_dot_meta_dot_json": '{"agent_id": "S", "product": "S"}'},
    )
    write(tmp_path, 元数据_dot_csv=f"文件名,工号,产品,债权方,被叫号码\n{name}.txt,L,L,L,L\n")
    meta = call_in(tmp_path / f"{name}.txt").meta
    assert (meta.agent_id, meta.product, meta.creditor, meta.dialled_number) == ("T", "S", "L", "L")
    assert meta.started_at == MORNING


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("A7_20260302101500.txt", MORNING),
        ("2026-03-02 10-15-00.txt", MORNING),
        ("录音2026年03月02日10时15分.txt", MORNING),
        ("call-202603021015-x.txt", MORNING),
        ("20260302.txt", None),
        ("99202603021015009.txt", None),
        ("01-police.txt", None),
    ],
)
def test_a_moment_in_a_file_name_is_the_start(tmp_path: Path, name: str, moment: datetime | None) -> None:
    assert named(tmp_path, name).meta.started_at == moment


def test_a_mobile_number_and_a_direction_in_a_file_name_are_known(tmp_path: Path) -> None:
    meta = named(tmp_path, "呼出_139****1234_x.txt").meta
    assert (meta.dialled_number, meta.direction) == ("139****1234", "outbound")
    assert named(tmp_path, "413900001111222233.txt").meta.dialled_number is None


def test_a_pattern_of_a_mapping_reads_the_file_name(tmp_path: Path) -> None:
    write(tmp_path, 读法_dot_json='{"file_name": "{agent_id}_{phone}_{date}-{time}_{}.txt"}')
    write(tmp_path, A7_13900000000_20260302_dot_txt=TALK)
    (tmp_path / "A7_13900000000_20260302-1015_x.txt").write_text(TALK, encoding="utf-8")
    call = call_in(tmp_path / "A7_13900000000_20260302-1015_x.txt", forced=str(tmp_path / "读法.json"))
    assert (call.meta.agent_id, call.meta.dialled_number, call.meta.started_at) == ("A7", "13900000000", MORNING)


def test_a_pattern_with_a_name_nobody_knows_is_told(tmp_path: Path) -> None:
    write(tmp_path, a_dot_txt=TALK, m_dot_json='{"file_name": "{agent}_{date}"}')
    with pytest.raises(InputError, match="“agent”不是字段名"):
        list(read(tmp_path / "a.txt", forced=str(tmp_path / "m.json")))


def test_a_broken_file_beside_is_told_by_its_name(tmp_path: Path) -> None:
    write(tmp_path, a_dot_txt=TALK, a_dot_meta_dot_json="{")
    with pytest.raises(InputError, match=r"a\.meta\.json"):
        list(read(tmp_path / "a.txt"))


def test_what_lies_beside_is_no_transcript_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, a_dot_txt=TALK, a_dot_meta_dot_json="{}", 通话清单_dot_csv="x\n", a_dot_wav=b"RIFF", b_dot_rttm="")
    write(tmp_path, c_dot_rttm="", c_dot_srt="", hegui_dot_map_dot_json="{}")
    assert [path.name for path in walk([tmp_path])] == ["a.txt", "b.rttm", "c.srt"]


def test_an_archive_is_a_folder(tmp_path: Path) -> None:
    data = archive(
        通话清单_dot_csv="文件名,工号\na.txt,A7\n".encode(),
        a_dot_txt=TALK.encode("gb18030"),
        二月__b_dot_meta_dot_json=b'{"agent_id": "A8"}',
        二月__b_dot_txt=TALK.encode(),
        二月___dot_隐藏_dot_txt=b"x",
        空_dot_txt=b"",
    )
    first, second, empty = read_text_stream(data, "包.zip")
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert [(c.call_id, c.source, c.meta.agent_id) for c in (first, second)] == [
        ("a", "包.zip/a.txt", "A7"),
        ("b", "包.zip/二月/b.txt", "A8"),
    ]
    assert empty == Skipped("包.zip/空.txt", "是空文件，没有任何内容")


def test_names_in_gbk_are_read_and_archives_in_archives_are_not() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("luyin.txt", TALK)
        made.writestr("z.zip", archive(a_dot_txt=TALK.encode()))
    data = stream.getvalue().replace(b"luyin.txt", "录音".encode("gb18030") + b"1.txt")
    first, second = read_text_stream(data, "包.zip")
    assert isinstance(first, Skipped)
    assert "压缩包里还有压缩包" in first.reason
    assert isinstance(second, Call)
    assert second.source == "包.zip/录音1.txt"


def test_an_encrypted_or_broken_member_is_skipped_with_its_name() -> None:
    data = bytearray(archive(a_dot_txt=TALK.encode(), b_dot_txt=TALK.encode()))
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    first, second = read_text_stream(bytes(data), "包.zip")
    assert isinstance(first, Skipped)
    assert "有密码" in first.reason
    assert isinstance(second, Call)
    with pytest.raises(InputError, match="损坏"):
        list(read_text_stream(bytes(data[: len(data) // 2]), "包.zip"))
