/* The component of layouts/html/islands.py: one element that contains ready HTML. It has its styles before the browser paints it. */
window.board_parts = {
  Markup: ({tag, attributes, inner}) => {
    const React = window.React, place = React.useRef(null);
    React.useLayoutEffect(() => { if (inner.includes("data-style")) window.board.dress(place.current); }, [tag, inner]);
    return React.createElement(tag, {...attributes, ref: place, dangerouslySetInnerHTML: {__html: inner}});
  },
};
