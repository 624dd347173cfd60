/* Opens a table's grid in place: sorting, filters and groups, and files of exactly what it shows. The grid's library comes from our
   own server when the first one is opened. Every figure comes from the server (/export); a group's too. */
(function (board) {
  "use strict";
  const AGAIN_MS = 10000, WAIT_MS = 50, opened = new Map(), kept = new Set();
  let library = null, path = location.pathname;

  function load(src) {
    library = library || new Promise((done, failed) => {
      const script = Object.assign(document.createElement("script"), {src, onload: done, onerror: failed});
      document.head.append(script);
    }).catch(error => { library = null; throw error; });
    return library;
  }

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
  const functions = {
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
  };

  const run = text => ({function: text});
  const isTouch = () => matchMedia("(pointer: coarse), (max-width: 700px)").matches;

  function column({key, name, kind, definition}, n, lang) {
    const isText = kind === "text", isNarrow = innerWidth < 700;
    return {
      field: key, headerName: name, headerTooltip: definition || name, context: {kind, lang}, pinned: n ? null : "left", sortable: true,
      type: isText ? undefined : "rightAligned", minWidth: isNarrow ? 110 : 130, flex: 1, filter: isText ? "agTextColumnFilter" : "agNumberColumnFilter",
      comparator: run(isText ? "boardText" : "boardNumber"), suppressMovable: true,
      ...(isText ? {} : {valueFormatter: run("boardShow(params)")}), ...(kind === "share" ? {filterValueGetter: run("boardPercent(params)")} : {}),
      filterParams: {
        maxNumConditions: 1, inRangeInclusive: true,
        filterOptions: isText ? ["contains", "notContains", "equals"] : ["greaterThanOrEqual", "lessThanOrEqual", "inRange", "equals", "blank", "notBlank"],
      },
    };
  }
  function rows(sheet, isWhole) {
    return sheet.rows.filter(row => (row.level === "all") === isWhole).map(row => {
      const data = {key: row.key, level: row.level, group: row.group};
      sheet.columns.forEach(({key, kind}, n) => {
        const cell = row.cells[n], isWord = kind !== "text" && typeof cell === "string";
        data[key] = isWord ? null : cell;
        if (isWord) data[`${key}!`] = cell;
      });
      return data;
    });
  }
  function grid(id, sheet) {
    const height = isTouch() ? 48 : 38;
    return {type: "AgGrid", namespace: "dash_ag_grid", props: {
      id, columnDefs: sheet.columns.map((c, n) => column(c, n, sheet.lang)), rowData: rows(sheet, false), getRowId: "params.data.key", style: {width: "100%"},
      defaultColDef: {resizable: true, wrapHeaderText: true, autoHeaderHeight: true, suppressHeaderMenuButton: true},
      rowClassRules: {"is-total": "params.data.level !== 'row'"},
      dashGridOptions: {
        theme: run("boardTheme(themeQuartz)"), domLayout: "autoHeight", suppressFieldDotNotation: true, pinnedTopRowData: rows(sheet, true), localeText: sheet.locale,
        rowHeight: height, headerHeight: height, animateRows: false, enableCellTextSelection: true, suppressDragLeaveHidesColumns: true, tooltipShowDelay: 400,
      },
    }};
  }

  // ---- One table

  function address(box, as, isChosen) {
    const url = new URL(box.dataset.export, location.href), it = opened.get(box);
    url.searchParams.set("as", as);
    if (it && it.group) url.searchParams.set("group", it.group);
    if (!it || !it.api || !isChosen) return url;
    const sorted = it.api.getColumnState().filter(c => c.sort).sort((a, b) => a.sortIndex - b.sortIndex);
    if (sorted.length) url.searchParams.set("sort", sorted.map(c => `${c.colId}:${c.sort}`).join(","));
    for (const [key, f] of Object.entries(it.api.getFilterModel())) {
      url.searchParams.append("filter", [key, f.type, f.filter ?? "", f.filterTo ?? ""].join(":").replace(/:+$/, ""));
    }
    return url;
  }
  const fetched = box => fetch(address(box, "json", false), {cache: "no-store"}).then(r => r.ok ? r.json() : Promise.reject(new Error(r.status)));
  function relink(box) {
    for (const a of box.querySelectorAll("[data-sheet-as]")) a.href = address(box, a.dataset.sheetAs, true).href;
  }
  async function fill(box) {
    const it = opened.get(box), sheet = await fetched(box);
    if (!it || !it.api || it.api.isDestroyed() || opened.get(box) !== it) return;
    it.api.setGridOption("rowData", rows(sheet, false));
    it.api.setGridOption("pinnedTopRowData", rows(sheet, true));
    relink(box);
  }
  async function mounted(id, it) {
    for (;;) {
      try {
        const api = window.dash_ag_grid.getApi(id);
        if (api) return api;
      } catch { /* not there yet */ }
      if (!it.box.isConnected || opened.get(it.box) !== it) return null;
      await new Promise(go => setTimeout(go, WAIT_MS));
    }
  }

  async function open(box) {
    const name = box.dataset.sheet, id = {type: "grid-view", name}, it = {box, group: "", api: null};
    opened.set(box, it);
    stand(box, "opening");
    try {
      const sheet = await fetched(box);
      window.dashAgGridFunctions = Object.assign(window.dashAgGridFunctions || {}, functions);
      await load(sheet.script);
      if (opened.get(box) !== it) return;
      window.dash_clientside.set_props({type: "grid", name}, {children: grid(id, sheet)});
      it.api = await mounted(id, it);
      if (!it.api) return;
      for (const event of ["sortChanged", "filterChanged"]) it.api.addEventListener(event, () => relink(box));
      kept.add(name);
      stand(box, "open");
    } catch {
      close(box);
      box.querySelector(".sheet-said").textContent = box.querySelector(".sheet-open").dataset.failed;
    }
  }
  function close(box) {
    opened.delete(box);
    kept.delete(box.dataset.sheet);
    window.dash_clientside.set_props({type: "grid", name: box.dataset.sheet}, {children: null});
    stand(box, "");
    relink(box);
    mark(box, "");
  }
  function stand(box, state) {
    const button = box.querySelector(".sheet-open");
    box.toggleAttribute("data-opening", state === "opening");
    box.toggleAttribute("data-open", state === "open");
    button.setAttribute("aria-expanded", String(state === "open"));
    button.textContent = state === "open" ? button.dataset.plain : button.dataset.sort;
    box.querySelector(".sheet-said").textContent = "";
  }
  function mark(box, group) {
    for (const b of box.querySelectorAll("[data-group]")) b.setAttribute("aria-pressed", String(b.dataset.group === group));
  }

  document.addEventListener("click", e => {
    const box = e.target.closest && e.target.closest("#react-entry-point .sheet"), button = box && e.target.closest("button");
    if (!button) return;
    if (button.matches(".sheet-open")) return void (opened.has(box) ? close(box) : open(box));
    if (!button.matches(".sheet-group") || !opened.has(box)) return;
    opened.get(box).group = button.dataset.group;
    mark(box, button.dataset.group);
    fill(box).catch(() => {});
  });

  /* The figures of an open grid move with the page's; one whose page was drawn anew is opened again. */
  setInterval(() => {
    for (const box of opened.keys()) if (!box.isConnected) opened.delete(box);
    if (path !== location.pathname) kept.clear();
    path = location.pathname;
    for (const name of kept) {
      const box = [...document.querySelectorAll("#react-entry-point .sheet")].find(el => el.dataset.sheet === name);
      if (box && !opened.has(box)) open(box);
    }
  }, 500);
  setInterval(() => {
    if (!document.hidden) for (const [box, it] of opened) if (it.api) fill(box).catch(() => {});
  }, AGAIN_MS);
})(window.board = window.board || {});
