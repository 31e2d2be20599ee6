// A page with nothing but one comment, as GitHub frames it.

/**
 * @param {string} comment - HTML
 * @param {string} stylesheet - of github-markdown-css, whose variables the frame uses too
 * @returns {string}
 */
export function commentPage(comment, stylesheet) {
  return `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<style>
${stylesheet}
${FRAME}
</style>
<body class="markdown-body">
<div class="comment">
<div class="header"><b>github-actions</b> <span class="bot">bot</span> commented</div>
<div class="content markdown-body">
${comment}
</div>
</div>
</body>
</html>
`;
}

/** GitHub writes comments in 14 px. */
const FRAME = `
body { padding: 8px; margin: 0; }
.comment { font-size: 14px; border: 1px solid var(--borderColor-default); border-radius: 6px; overflow: hidden; }
.header { padding: 8px 16px; background: var(--bgColor-muted); border-bottom: 1px solid var(--borderColor-default); }
.bot { padding: 0 6px; border: 1px solid var(--borderColor-default); border-radius: 2em; font-size: 12px; }
.content { padding: 16px; font-size: inherit !important; }`;
