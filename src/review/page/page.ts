import { createHash } from 'crypto';
import { readFileSync } from 'fs';
import * as path from 'path';
import { calendar } from './calendar';
import { dataOf } from './data';
import { dataForScript, html, Html, ownText } from './markup';
import { changes, findings, missing, price, problems, secretsInFull, summary } from './sections';
import type { ReviewDifference } from '../difference/review-difference';
import type { ReviewDocument } from '../document/review-document';

/**
 * The review as one HTML file. It needs no network and asks for none, and it is readable without scripts; with them it has the
 * table of secrets and principals.
 *
 * @param difference what changed against an older review, to be shown and to be filtered by
 */
export function page(document: ReviewDocument, difference?: ReviewDifference): string {
  const [style, script] = ['style.css', 'matrix.js'].map(file => readFileSync(path.join(__dirname, file), 'utf8'));
  return `<!doctype html>\n${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(style, script)}">
<meta name="referrer" content="no-referrer">
<title>Secrets: ${document.assemblies.join(', ')}</title>
<style>${ownText(style)}</style>
</head>
<body>
${body(document, difference)}
<script type="application/json" id="data">${dataForScript(dataOf(document, difference))}</script>
<script>${ownText(script)}</script>
</body>
</html>
`.html}`;
}

/** Nothing is loaded, sent or run but what stands in the file. */
function contentSecurityPolicy(style: string, script: string): string {
  const [styleHash, scriptHash] = [style, script].map(text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  return `default-src 'none'; style-src ${styleHash}; script-src ${scriptHash}; base-uri 'none'; form-action 'none'`;
}

function body(document: ReviewDocument, difference?: ReviewDifference): Html {
  return html`<a class="skip" href="#secrets">To the secrets</a>
<header>
<h1>Who can do what with which secret</h1>
<p>Decided from the templates of ${document.assemblies.join(', ')}. Nothing was asked of an AWS account, and no value of a secret is here.</p>
</header>
<main>
${problems(document)}
${difference === undefined ? undefined : changes(difference)}
${summary(document)}
${findings(document)}
${missing(document)}
<section id="matrix" aria-labelledby="matrix-heading" hidden>
<h2 id="matrix-heading">Secrets and principals</h2>
</section>
${secretsInFull(document)}
${calendar(document)}
${price(document)}
</main>
<footer><p>Made by cdk-managed-secrets ${document.generator}.</p></footer>`;
}
