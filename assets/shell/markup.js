/* The component of layouts/html/islands.py: one element with ready HTML inside. */
window.board_parts = {
  Markup: ({tag, attributes, inner}) => window.React.createElement(tag, {...attributes, dangerouslySetInnerHTML: {__html: inner}}),
};
