/* The component of layouts/html/islands.py: one element that contains ready HTML. */
window.board_parts = {
  Markup: ({tag, attributes, inner}) => window.React.createElement(tag, {...attributes, dangerouslySetInnerHTML: {__html: inner}}),
};
