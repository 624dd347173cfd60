/* What the grid of a table needs in the browser: its library, loaded when the first grid is opened; the order and the texts of its
   cells; and files of exactly what it shows. Its rows and all figures come from callbacks/tables.py. */
(function (board) {
  "use strict";
  const PATIENCE_MS = 20000, kept = new Set();
  let library = null, path = location.pathname;

  // ---- What the grid asks of its rows: window.dashAgGridFunctions is where it looks

  const isNumber = v => typeof v === "number", sign = (a, b) => (a > b) - (a < b);
  const place = row => [row.group, row.group && row.level !== "group" ? 1 : 0];
  function compare(isText) {
    return (a, b, one, other, isDescending) => {
      const way = isDescending ? -1 : 1, x = place(one.data), y = place(other.data), order = sign(x[0], y[0]) || sign(x[1], y[1]);
      if (order) return way * order;
      if (isText) return sign(a || "", b || "");
      return isNumber(a) && isNumber(b) ? sign(a, b) : way * sign(!isNumber(a), !isNumber(b));
    };
  }
  window.dashAgGridFunctions = Object.assign(window.dashAgGridFunctions || {}, {
    boardText: compare(true),
    boardNumber: compare(false),
    boardShow({value, data, colDef}) {
      if (!isNumber(value)) return data && data[`${colDef.field}!`] || "—";
      return board.format.text(value, colDef.context.kind, colDef.context.lang);
    },
    boardPercent: ({data, colDef}) => isNumber(data[colDef.field]) ? data[colDef.field] * 100 : null,
    boardTheme: theme => theme.withParams({
      backgroundColor: "var(--ground)", foregroundColor: "var(--text)", headerBackgroundColor: "var(--ground)", headerTextColor: "var(--secondary)",
      borderColor: "var(--hairline)", rowHoverColor: "var(--surface)", accentColor: "var(--data)", menuBackgroundColor: "var(--raised)",
      inputBackgroundColor: "var(--surface)", menuTextColor: "var(--text)", chromeBackgroundColor: "var(--ground)", fontFamily: "inherit", fontSize: "var(--small)",
      wrapperBorder: false, wrapperBorderRadius: 0, iconSize: 16, browserColorScheme: "inherit",
    }),
  });

  // ---- Opening and closing

  const boxOf = name => [...document.querySelectorAll("#react-entry-point .sheet")].find(el => el.dataset.sheet === name);

  function load(src) {
    library = library || new Promise((done, failed) => {
      const script = Object.assign(document.createElement("script"), {src, onload: done, onerror: failed});
      document.head.append(script);
    }).catch(error => { library = null; throw error; });
    return library;
  }

  /* A press of a table's button: asks for its grid once the library is there, or for it to be closed. */
  async function asked(presses, failed, before, src) {
    const {name} = window.dash_clientside.callback_context.triggered_id, box = boxOf(name);
    if (before) {
      kept.delete(name);
      return [null, ""];
    }
    box.toggleAttribute("data-opening", true);
    try {
      await load(src);
    } catch {
      box.toggleAttribute("data-opening", false);
      return [window.dash_clientside.no_update, failed];
    }
    setTimeout(() => fail(box, failed), PATIENCE_MS);
    return [{touch: matchMedia("(pointer: coarse), (max-width: 700px)").matches, narrow: innerWidth < 700}, ""];
  }
  function fail(box, failed) {
    if (!box.isConnected || !box.hasAttribute("data-opening")) return;
    box.toggleAttribute("data-opening", false);
    box.querySelector(".sheet-said").textContent = failed;
  }

  /* A table's grid came, or went. */
  function shown(grid) {
    const {name} = window.dash_clientside.callback_context.triggered_id, box = boxOf(name);
    if (box) box.toggleAttribute("data-opening", false);
    if (box) box.querySelector(".sheet-said").textContent = "";
    if (grid) kept.add(name);
    return [grid ? "" : null, String(Boolean(grid))];
  }

  function grouped(presses, buttons) {
    const {way} = window.dash_clientside.callback_context.triggered_id;
    return [way, buttons.map(button => String(button.way === way))];
  }

  /* A grid whose page was rebuilt, for another period or area, is opened again. */
  function arrived() {
    if (path !== location.pathname) kept.clear();
    path = location.pathname;
    for (const name of kept) {
      const box = boxOf(name);
      if (box) box.querySelector(".sheet-open").click();
    }
  }

  // ---- Files: of what the grid shows at this moment

  function apiOf(name) {
    try {
      return window.dash_ag_grid.getApi({type: "grid-view", name});
    } catch {
      return null;
    }
  }
  function address(box, as) {
    const url = new URL(box.dataset.export, location.href), api = "open" in box.dataset ? apiOf(box.dataset.sheet) : null;
    url.searchParams.set("as", as);
    if (!api) return url;
    const group = box.querySelector('.sheet-group[aria-pressed="true"]:not(:first-child)');
    if (group) url.searchParams.set("group", JSON.parse(group.id).way);
    const sorted = api.getColumnState().filter(c => c.sort).sort((a, b) => a.sortIndex - b.sortIndex);
    if (sorted.length) url.searchParams.set("sort", sorted.map(c => `${c.colId}:${c.sort}`).join(","));
    for (const [key, f] of Object.entries(api.getFilterModel())) {
      url.searchParams.append("filter", [key, f.type, f.filter ?? "", f.filterTo ?? ""].join(":").replace(/:+$/, ""));
    }
    return url;
  }
  for (const event of ["pointerdown", "focusin", "click"]) {
    document.addEventListener(event, e => {
      const link = e.target.closest && e.target.closest("#react-entry-point .sheet [data-sheet-as]");
      if (link) link.href = address(link.closest(".sheet"), link.dataset.sheetAs).href;
    }, true);
  }

  window.dash_clientside = Object.assign(window.dash_clientside || {}, {grids: {asked, shown, grouped}});
  board.grids = {arrived};
})(window.board = window.board || {});
