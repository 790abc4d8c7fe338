"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const read = (id) => JSON.parse(at(id).textContent);
  const data = read("data"), dictionary = read("dictionary");
  const [CALL, LINK, SOURCE, VERDICT, VETOED, SCORE, WORST, VIOLATIONS, SUSPECTED, CATEGORIES, RELATION, URGENT, AGENT, DAY,
    TEAM] = [...Array(15).keys()];
  const RANK = dictionary.looks.map((look) => ["fail", "review", "not_assessable", "pass"].indexOf(look));
  const NAMED = { [RELATION]: dictionary.relation, [AGENT]: dictionary.agent, [DAY]: dictionary.day, [TEAM]: dictionary.team };
  const SPARE = 12;
  const sheet = at("sheet"), body = at("rows"), above = at("above"), below = at("below");
  const collator = new Intl.Collator("zh", { numeric: true });
  let sorted = null, backwards = false, rows = [], height = 40, from = -1;
  const hay = [];

  const make = (tag, look, text) => {
    const node = document.createElement(tag);
    if (look) node.className = look;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const kinds = (mask) => dictionary.categories.filter((_, i) => mask & (1 << i)).join("、");
  const known = new Map();
  const names = (row) => {
    const mask = row[CATEGORIES];
    if (!known.has(mask)) known.set(mask, kinds(mask));
    return known.get(mask);
  };
  const first = (row) => {
    const cell = make("td"), name = make("bdi", "", row[CALL]);
    cell.title = row[CALL];
    if (row[LINK]) {
      const link = make("a");
      link.setAttribute("href", row[LINK]);
      link.append(name);
      cell.append(link);
    } else {
      const button = make("button", "copy");
      button.type = "button";
      button.append(name);
      button.addEventListener("click", () => {
        at("hint").hidden = false;
        at("hint").textContent = `这通没有预先生成页面。在本目录运行：hegui audit -o . --page '${row[CALL]}'`;
      });
      cell.append(button);
    }
    if (row[URGENT]) cell.append(" ", make("span", "badge fatal", "轻生"));
    return cell;
  };
  const line = (row) => {
    const tr = make("tr"), verdict = make("td", "nowrap"), source = make("td", "soft"), what = make("td", "kinds", names(row));
    const agent = make("td");
    const name = (dictionary.verdicts[row[VERDICT]] || "?") + (row[VETOED] ? " · 否决" : "");
    verdict.append(make("span", "badge " + (dictionary.looks[row[VERDICT]] || ""), name));
    source.append(make("bdi", "", row[SOURCE]));
    if (dictionary.agent[row[AGENT]]) agent.append(make("bdi", "", dictionary.agent[row[AGENT]]));
    source.title = row[SOURCE];
    what.title = names(row);
    tr.append(first(row), verdict, make("td", "num", row[SCORE] ?? "–"),
      make("td", "nowrap", row[WORST] < 0 ? "–" : dictionary.severities[row[WORST]]),
      make("td", "num", row[VIOLATIONS]), make("td", "num", row[SUSPECTED]), what,
      make("td", "nowrap", dictionary.relation[row[RELATION]]), agent, make("td", "nowrap", dictionary.day[row[DAY]]), source);
    return tr;
  };

  const usual = (a, b) => b[URGENT] - a[URGENT] || (RANK[a[VERDICT]] ?? 1) - (RANK[b[VERDICT]] ?? 1) ||
    (a[SCORE] ?? -1) - (b[SCORE] ?? -1) || (a[CALL] < b[CALL] ? -1 : a[CALL] > b[CALL] ? 1 : 0);
  data.sort(usual);
  const orders = new Map();
  const order = (column) => {
    if (orders.has(column)) return orders.get(column);
    const words = NAMED[column];
    let rank;
    if (words) {
      const place = words.map((_, i) => i).sort((a, b) => collator.compare(words[a], words[b])), of = [];
      place.forEach((i, n) => { of[i] = n; });
      rank = (row) => of[row[column]];
    } else if (column === VERDICT) rank = (row) => RANK[row[VERDICT]] ?? 9;
    else if (column === SCORE) rank = (row) => row[SCORE] ?? -1;
    else if (column === CALL || column === SOURCE) {
      const place = new Map();
      [...data].sort((a, b) => collator.compare(a[column], b[column])).forEach((row, n) => place.set(row, n));
      rank = (row) => place.get(row);
    } else rank = (row) => row[column];
    orders.set(column, rank);
    return rank;
  };
  const words = (i) => {
    const row = data[i];
    return hay[i] ??= [row[CALL], row[SOURCE], dictionary.relation[row[RELATION]], dictionary.agent[row[AGENT]],
      dictionary.team[row[TEAM]], dictionary.day[row[DAY]], names(row)].join(" ").toLowerCase();
  };
  const chosen = (id) => at(id).value === "" ? null : Number(at(id).value);
  const filter = () => {
    const text = at("words").value.trim().toLowerCase().split(/\s+/).filter(Boolean), verdict = at("verdict").value;
    const category = chosen("category"), agent = chosen("agent"), team = chosen("team"), day = chosen("day");
    const mask = category === null ? 0 : 1 << category, wanted = verdict === "" || verdict === "veto" ? null : Number(verdict);
    return data.filter((row, i) =>
      (wanted === null || row[VERDICT] === wanted) && (verdict !== "veto" || row[VETOED]) && (!mask || row[CATEGORIES] & mask) &&
      (agent === null || row[AGENT] === agent) && (team === null || row[TEAM] === team) && (day === null || row[DAY] === day) &&
      text.every((word) => words(i).includes(word)));
  };

  const space = (place, pixels) => {
    const tr = make("tr"), td = make("td");
    td.colSpan = 11;
    tr.style.height = td.style.height = `${pixels}px`;
    place.replaceChildren(tr);
    tr.append(td);
  };
  const draw = (force) => {
    const start = Math.max(0, Math.floor(sheet.scrollTop / height) - SPARE);
    const count = Math.ceil(sheet.clientHeight / height) + 2 * SPARE;
    if (!force && from >= 0 && Math.abs(start - from) < SPARE / 2) return;
    from = start;
    const seen = rows.slice(start, start + count);
    space(above, start * height);
    space(below, Math.max(0, rows.length - start - seen.length) * height);
    body.replaceChildren(...seen.map(line));
  };
  const measure = () => {
    const row = body.querySelector("tr");
    height = row ? Math.max(1, row.getBoundingClientRect().height) : height;
  };
  const restart = () => {
    rows = filter();
    if (sorted !== null) {
      const rank = order(sorted), sign = backwards ? -1 : 1;
      rows.sort((a, b) => sign * (rank(a) - rank(b)));
    }
    sheet.scrollTop = 0;
    draw(true);
    measure();
    draw(true);
    at("nothing").hidden = rows.length > 0;
    at("clear").hidden = rows.length === data.length;
    at("shown").textContent = rows.length === data.length ? `${rows.length} 通` : `${rows.length} / ${data.length} 通`;
  };
  const sortBy = (th) => {
    const column = th === null ? null : Number(th.dataset.key);
    backwards = column !== null && sorted === column ? !backwards : [WORST, VIOLATIONS, SUSPECTED, CATEGORIES].includes(column);
    sorted = column;
    document.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    if (th !== null) th.setAttribute("aria-sort", backwards ? "descending" : "ascending");
    restart();
  };
  const sortable = (th) => {
    const button = make("button", "", th.textContent);
    button.type = "button";
    th.replaceChildren(button);
    button.addEventListener("click", () => sortBy(th));
    const option = make("option", "", `按${button.textContent}排序`);
    option.value = th.dataset.key;
    at("sort").append(option);
  };
  const options = (id, list) => {
    const select = at(id);
    list.map((name, i) => [name, i]).filter(([name]) => name).sort((a, b) => collator.compare(a[0], b[0])).forEach(([name, i]) => {
      const option = make("option", "", name);
      option.value = i;
      select.append(option);
    });
    select.hidden = select.options.length < 3;
  };
  const pick = (button) => button.addEventListener("click", () => {
    const { filter: kind, value } = button.dataset;
    at(kind).value = kind === "category" ? value : dictionary[kind].indexOf(value);
    restart();
    sheet.scrollIntoView({ block: "nearest" });
  });

  for (const kind of ["agent", "team", "day"]) options(kind, dictionary[kind]);
  document.querySelectorAll("th[data-key]").forEach(sortable);
  document.querySelectorAll("[data-filter]").forEach(pick);
  let waiting = 0;
  at("words").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(restart, 120); });
  for (const id of ["verdict", "category", "agent", "team", "day"]) at(id).addEventListener("change", restart);
  at("sort").addEventListener("change", () => {
    sortBy(at("sort").value === "" ? null : document.querySelector(`th[data-key="${at("sort").value}"]`));
  });
  at("clear").addEventListener("click", () => {
    for (const id of ["words", "verdict", "category", "agent", "team", "day"]) at(id).value = "";
    restart();
  });
  sheet.addEventListener("scroll", () => draw(false), { passive: true });
  window.addEventListener("resize", () => { measure(); draw(true); });
  sheet.classList.add("live");
  at("tools").hidden = false;
  restart();
})();
