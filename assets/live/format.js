/* Formats figures, changes, ages and times by the rules of layouts/text/numbers.py and layouts/text/times.py.
   tests/layouts/text/number_cases.json tests both implementations. */
(function (board) {
  "use strict";
  const MINUS = "\u2212", SPACE = "\u00a0";
  const CLOSE = new Set(["万", "亿", "元", "万元", "亿元", "k", "M", "B"]);
  const SCALES = {
    zh: [[1, "", 10000], [1e4, "万", 10000], [1e8, "亿", 0]],
    en: [[1, "", 10000], [1e3, "k", 1000], [1e6, "M", 1000], [1e9, "B", 0]],
  };

  const rounded = x => Math.floor(x + 0.5);
  const grouped = (n, lang) => lang === "zh" ? String(n) : String(n).replace(/\B(?=(\d{3})+$)/g, ",");
  function fixed(x, decimals) {
    const power = 10 ** decimals, q = rounded(x * power);
    return `${Math.floor(q / power)}.${String(q % power).padStart(decimals, "0")}`;
  }
  const tenths = (v, lang) => rounded(v * 10) < 1000 ? fixed(v, 1) : grouped(rounded(v), lang);

  function scaled(v, lang) {
    const [divisor, word] = SCALES[lang].find(([d, , limit]) => !limit || rounded(v / d) < limit);
    if (divisor === 1) return [grouped(rounded(v), lang), word];
    const x = v / divisor;
    if (rounded(x * 100) < 1000) return [fixed(x, 2), word];
    return [rounded(x * 10) < 10000 ? fixed(x, 1) : grouped(rounded(x), lang), word];
  }
  function share(v) {
    if (v === 0 || v === 1) return v ? "100" : "0";
    let n = Math.max(rounded(v * 1000), 1);
    if (v < 1) n = Math.min(n, 999);
    return `${Math.floor(n / 10)}.${n % 10}`;
  }
  const units = {
    count: scaled,
    yuan(v, lang) {
      const [digits, scale] = scaled(v, lang);
      return lang === "zh" ? [digits, scale + "元"] : ["¥" + digits, scale];
    },
    share: v => [share(v), "%"],
    hours(v, lang) {
      const minutes = rounded(v * 60);
      return minutes < 60 ? [String(minutes), lang === "zh" ? "分钟" : "min"] : [tenths(v, lang), lang === "zh" ? "小时" : "h"];
    },
    days: (v, lang) => [tenths(v, lang), lang === "zh" ? "天" : "days"],
  };

  function figure(value, unit, lang) {
    const [digits, word] = units[unit](Math.abs(value), lang);
    return [(value < 0 ? MINUS : "") + digits, word];
  }
  function text(value, unit, lang) {
    const [digits, word] = figure(value, unit, lang);
    return word ? digits + (CLOSE.has(word) ? "" : SPACE) + word : digits;
  }
  /* Beside its target: with more decimals where it would read like the target, though it isn't there. */
  function beside(value, target, unit, lang) {
    const found = figure(value, unit, lang);
    if (target === null || value === target || unit === "count" || unit === "yuan" || text(target, unit, lang) !== text(value, unit, lang)) return found;
    const isMinutes = unit === "hours" && rounded(Math.abs(value) * 60) < 60;
    const [scale, least] = unit === "share" ? [100, 2] : [isMinutes ? 60 : 1, 1];
    for (let decimals = least; decimals < 5; decimals++) {
      const digits = fixed(Math.abs(value) * scale, decimals);
      if (digits !== fixed(Math.abs(target) * scale, decimals)) return [(value < 0 ? MINUS : "") + digits, found[1]];
    }
    return found;
  }
  const whole = (n, lang) => grouped(rounded(n), lang);
  const cases = (n, of, lang) => n === null || of === null || n === undefined || of === undefined ? "" : `${whole(n, lang)}/${whole(of, lang)}`;
  function change(difference, unit, lang) {
    const v = Math.abs(difference);
    if (rounded(v * 1000) === 0) return lang === "zh" ? "持平" : "no change";
    const sign = difference < 0 ? MINUS : "+";
    if (unit === "share") return sign + fixed(v * 100, 1) + SPACE + (lang === "zh" ? "个百分点" : "pts");
    const digits = rounded(v * 1000) < 10000 ? fixed(v * 100, 1) : grouped(rounded(v * 100), lang);
    return sign + digits + SPACE + "%";
  }

  function span(age, lang) {
    const zh = lang === "zh";
    if (age >= 86400) return Math.floor(age / 86400) + SPACE + (zh ? "天" : "d");
    if (age >= 3600) return Math.floor(age / 3600) + SPACE + (zh ? "小时" : "h");
    return Math.max(1, Math.floor(age / 60)) + SPACE + (zh ? "分钟" : "min");
  }
  function age(seconds, lang) {
    if (seconds < 60) return lang === "zh" ? "刚刚" : "just now";
    return span(seconds, lang) + (lang === "zh" ? "前" : SPACE + "ago");
  }

  const formats = new Map();
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  /* The wall clock of a zone as a UTC date, so that its parts can be read with getUTC…. */
  function local(ms, zone) {
    if (!formats.has(zone)) {
      formats.set(zone, new Intl.DateTimeFormat("en-US", {
        timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
      }));
    }
    const part = {};
    for (const {type, value} of formats.get(zone).formatToParts(ms)) part[type] = +value;
    return new Date(Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second));
  }
  const iso = (date, from, to) => date.toISOString().slice(from, to);
  const day = (d, lang) => lang === "zh" ? `${d.getUTCMonth() + 1}月${d.getUTCDate()}日` : `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]}`;
  /* A date, with its year where that is not today's. */
  function dated(d, today, lang) {
    const year = d.getUTCFullYear();
    if (year === today.getUTCFullYear()) return day(d, lang);
    return lang === "zh" ? `${year}年${day(d, lang)}` : `${day(d, lang)} ${year}`;
  }
  function moment(at, now, zone, lang) {
    const a = local(at, zone), clock = iso(a, 11, 16);
    const today = local(now, zone);
    return iso(a, 0, 10) === iso(today, 0, 10) ? clock : `${dated(a, today, lang)} ${clock}`;
  }
  const isoDay = (text, now, zone, lang) => dated(new Date(`${text}T00:00:00Z`), local(now, zone), lang);
  const clock = (ms, zone) => iso(local(ms, zone), 11, 19);
  function date(ms, zone, lang) {
    const d = local(ms, zone);
    if (lang === "en") return `${DAYS[d.getUTCDay()]} ${day(d, lang)} ${d.getUTCFullYear()}`;
    return `${d.getUTCFullYear()}年${day(d, lang)} 周${"日一二三四五六"[d.getUTCDay()]}`;
  }

  const raw = value => value === null || value === undefined ? "" : String(value);
  board.format = {rounded, figure, text, beside, whole, cases, isoDay, change, span, age, local, moment, clock, date, raw};
})(window.board = window.board || {});
