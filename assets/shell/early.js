/* Keeps what a reader did before Dash has drawn the page. The first paint is a working page: its links and forms work. What was typed,
   opened, focused or pressed in it is repeated in the page that Dash draws in its place. dashboard/shell/documents.py records the presses. */
(function (board) {
  "use strict";
  const FIELDS = "input:not([type=hidden]), select, textarea", STOPS = "a[href], button, summary, input, select, textarea", OPENERS = "button[type=button]";

  const all = (root, what) => [...root.querySelectorAll(what)];
  /* The element that stands in `to` where this one stands in `from`. */
  function twin(el, from, to, what) {
    const olds = all(from, what), news = all(to, what), found = news[olds.indexOf(el)];
    return olds.length === news.length && found && found.localName === el.localName ? found : null;
  }

  /* The first paint goes, for the page that is drawn now. */
  function handed(early, root) {
    for (const old of all(early, FIELDS)) {
      const field = twin(old, early, root, FIELDS);
      if (field && isChanged(old) && field.value !== old.value) write(field, old.value);
    }
    for (const old of all(early, "details")) {
      const details = twin(old, early, root, "details");
      if (details) details.open = old.open;
    }
    const at = document.activeElement, stop = early.contains(at) && twin(at, early, root, STOPS);
    const buttons = board.pressed.splice(0).map(old => twin(old, early, root, OPENERS));
    early.remove();
    if (stop) hold(stop, at);
    for (const button of buttons) if (button) setTimeout(() => button.click());
  }
  const isChanged = field => field.localName === "select" ? [...field.options].some(o => o.selected !== o.defaultSelected) : field.value !== field.defaultValue;
  /* As if it was typed, so that the listeners of the field run. */
  function write(field, value) {
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, value);
    for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, {bubbles: true}));
  }
  function hold(stop, old) {
    stop.focus({preventScroll: true});
    if (stop.setSelectionRange && old.selectionStart !== null && /^(text|search)$/.test(stop.type)) stop.setSelectionRange(old.selectionStart, old.selectionEnd);
  }

  board.early = {handed};
})(window.board = window.board || {});
