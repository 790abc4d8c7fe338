"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const data = read("data"), dictionary = read("dictionary");
  const at = (id) => document.getElementById(id);
  const [CALL, LINK, SOURCE, VERDICT, VETOED, SCORE, WORST, VIOLATIONS, SUSPECTED, CATEGORIES, RELATION, URGENT] =
    [...Array(12).keys()];
  const RANK = { fail: 0, review: 1, not_assessable: 2, pass: 3 };
  const STEP = 200;
  let sorted = null, backwards = false, limit = STEP;

  const make = (tag, look, text) => {
    const node = document.createElement(tag);
    if (look) node.className = look;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const names = (row) => row[CATEGORIES].map((code) => dictionary.categories[code]).join("、");
  const first = (row) => {
    const cell = make("td"), name = make("bdi", "", row[CALL]);
    if (row[LINK]) {
      const link = make("a");
      link.setAttribute("href", row[LINK]);
      link.append(name);
      cell.append(link);
    } else cell.append(name);
    if (row[URGENT]) cell.append(" ", make("span", "badge fatal", "轻生"));
    return cell;
  };
  const line = (row) => {
    const tr = make("tr"), verdict = make("td", "nowrap"), source = make("td", "soft");
    const name = (dictionary.verdicts[row[VERDICT]] || row[VERDICT]) + (row[VETOED] ? " · 否决" : "");
    verdict.append(make("span", "badge " + row[VERDICT], name));
    source.append(make("bdi", "", row[SOURCE]));
    tr.append(first(row), verdict, make("td", "num", row[SCORE] ?? "–"),
      make("td", "nowrap", row[WORST] < 0 ? "–" : dictionary.severities[row[WORST]]),
      make("td", "num", row[VIOLATIONS]), make("td", "num", row[SUSPECTED]), make("td", "kinds", names(row)),
      make("td", "nowrap", row[RELATION]), source);
    return tr;
  };
  const key = (row) => {
    if (sorted === VERDICT) return RANK[row[VERDICT]] ?? 9;
    if (sorted === CATEGORIES) return names(row);
    if (sorted === SCORE) return row[SCORE] ?? -1;
    return row[sorted];
  };
  const compare = (a, b) => {
    const x = key(a), y = key(b);
    const order = typeof x === "number" ? x - y : String(x).localeCompare(String(y), "zh", { numeric: true });
    return backwards ? -order : order;
  };
  const wanted = () => {
    const words = at("words").value.trim().toLowerCase(), verdict = at("verdict").value, category = at("category").value;
    return data.filter((row) =>
      (!verdict || row[VERDICT] === verdict) && (!category || row[CATEGORIES].includes(category)) &&
      (!words || [row[CALL], row[SOURCE], row[RELATION], names(row)].join(" ").toLowerCase().includes(words)));
  };
  const draw = () => {
    const rows = wanted();
    if (sorted !== null) rows.sort(compare);
    at("rows").replaceChildren(...rows.slice(0, limit).map(line));
    at("more").hidden = rows.length <= limit;
    at("shown").textContent = rows.length === data.length ? `${rows.length} 通` : `${rows.length} / ${data.length} 通`;
  };
  const restart = () => { limit = STEP; draw(); };
  const sortable = (th) => {
    const button = make("button", "", th.textContent);
    button.type = "button";
    th.replaceChildren(button);
    button.addEventListener("click", () => {
      const column = Number(th.dataset.key);
      backwards = sorted === column ? !backwards : [WORST, VIOLATIONS, SUSPECTED].includes(column);
      sorted = column;
      document.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
      th.setAttribute("aria-sort", backwards ? "descending" : "ascending");
      restart();
    });
  };
  document.querySelectorAll("th[data-key]").forEach(sortable);
  at("words").addEventListener("input", restart);
  at("verdict").addEventListener("change", restart);
  at("category").addEventListener("change", restart);
  at("more").addEventListener("click", () => { limit += STEP; draw(); });
  at("tools").hidden = false;
  draw();
})();
