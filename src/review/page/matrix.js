'use strict';
// The table of secrets and principals: only what is in sight is drawn, so that a million pairs scroll. It runs from the file alone.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const section = document.getElementById('matrix');
  if (data.secrets.length === 0 || data.principals.length === 0) return;

  const LETTERS = { read: 'R', write: 'W', rotate: 'O', manage: 'M' };
  const ROW = 32, CELL = 84, NAMES = 288, HEAD = 190;

  /** An element with attributes and children; text is only ever set as text. */
  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === 'style') Object.assign(made.style, value);
      else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value));
    }
    made.append(...children);
    return made;
  }

  const accountOf = data.principals.map(({ account }) => account);

  // What is asked of a pair: which decisions, and whether the change touched it. One map a secret.
  const pairs = data.secrets.map(({ access }) => {
    const byPrincipal = new Map();
    for (let at = 0; at < access.length; at += 3) byPrincipal.set(access[at], { decisions: data.decisions[access[at + 1]], changed: access[at + 2] === 1 });
    return byPrincipal;
  });

  // ---- Filters

  const search = element('input', { 'type': 'search', 'id': 'search', 'placeholder': 'prod/payments or Worker', 'autocomplete': 'off' });
  const boxes = [
    ...data.compared ? [['changed', 'Changed', pair => pair.changed]] : [],
    ['across', 'Across accounts', (pair, secret, principal) => accountOf[principal] !== undefined && accountOf[principal] !== data.secrets[secret].account],
    ['found', 'With findings', (pair, secret) => data.secrets[secret].findings.length > 0],
    ['open', 'With conditions or not decided', pair => pair.decisions.some(({ decision }) => decision !== 'allowed')],
  ].map(([id, label, keeps]) => ({ box: element('input', { type: 'checkbox', id: `filter-${id}` }), label, keeps }));
  const shown = element('p', { 'class': 'legend', 'role': 'status', 'id': 'shown' });
  const reached = element('p', { class: 'legend', id: 'reached' });

  let rows = [], columns = [];

  function matches(text, words) {
    const lower = text.toLowerCase();
    return words.every(word => lower.includes(word));
  }

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(word => word !== '');
    const asked = boxes.filter(({ box }) => box.checked);
    const columnText = data.principals.map(({ name, actors }) => [name, ...actors].join(' '));
    const columnsSeen = new Set();
    rows = [];
    data.secrets.forEach(({ name, id }, secret) => {
      const text = `${name} ${id}`;
      let seen = false;
      for (const [principal, pair] of pairs[secret]) {
        if (!asked.every(({ keeps }) => keeps(pair, secret, principal))) continue;
        if (words.length > 0 && !matches(`${text} ${columnText[principal]}`, words)) continue;
        seen = true;
        columnsSeen.add(principal);
      }
      // A secret that nobody can use is worth a row, unless something is asked that only a pair can answer.
      if (seen || (pairs[secret].size === 0 && askedOfSecrets(asked, secret) && matches(text, words))) rows.push(secret);
    });
    columns = [...columnsSeen].sort((a, b) => a - b);
    focus = { row: 0, column: 0 };
    shown.textContent = `${rows.length} of ${data.secrets.length} secrets, ${columns.length} of ${data.principals.length} principals. `
      + 'Principals who can use none of them are left out.';
    size();
    draw();
  }

  function askedOfSecrets(asked, secret) {
    return asked.every(({ box }) => box.id === 'filter-found' && data.secrets[secret].findings.length > 0);
  }

  // ---- The grid

  let focus = { row: 0, column: 0 };
  const grid = element('div', { 'class': 'grid', 'role': 'grid', 'aria-label': 'What each principal can do with each secret', 'aria-describedby': 'keys' });
  const sizer = element('div', { class: 'sizer', role: 'presentation' });
  const content = element('div', { role: 'rowgroup' });
  grid.append(sizer, content);

  function size() {
    sizer.style.transform = `translate(${NAMES + columns.length * CELL}px, ${HEAD + rows.length * ROW}px)`;
    grid.setAttribute('aria-rowcount', String(rows.length + 1));
    grid.setAttribute('aria-colcount', String(columns.length + 1));
    grid.style.height = `${Math.min(HEAD + rows.length * ROW + 20, Math.round(window.innerHeight * 0.75))}px`;
  }

  function visible(offset, extent, unit, amount) {
    return [Math.max(0, Math.floor(offset / unit) - 2), Math.min(amount, Math.ceil((offset + extent) / unit) + 2)];
  }

  function draw() {
    const { scrollLeft: x, scrollTop: y, clientWidth: width, clientHeight: height } = grid;
    const [top, bottom] = visible(y, height - HEAD, ROW, rows.length);
    const [left, right] = visible(x, width - NAMES, CELL, columns.length);
    const had = content.contains(document.activeElement);
    const drawn = [headRow(x, y, left, right)];
    for (let row = top; row < bottom; row++) drawn.push(secretRow(row, x, left, right));
    // What has the focus stays, so that the keyboard is never lost.
    if (rows.length > 0 && (focus.row < top || focus.row >= bottom)) drawn.push(secretRow(focus.row, x, left, right));
    content.replaceChildren(...drawn);
    if (had) content.querySelector('[tabindex="0"]')?.focus({ preventScroll: true });
  }

  function headRow(x, y, left, right) {
    const row = element('div', { 'role': 'row', 'aria-rowindex': 1, 'style': { top: `${y}px`, height: `${HEAD}px`, zIndex: 3 } },
      element('div', { 'role': 'columnheader', 'class': 'corner', 'aria-colindex': 1, 'style': { left: `${x}px`, width: `${NAMES}px`, height: `${HEAD}px` } }, 'Secret'));
    for (let column = left; column < right; column++) {
      const { name } = data.principals[columns[column]];
      row.append(element('div', {
        'role': 'columnheader', 'aria-colindex': column + 2, 'title': name, 'aria-label': name,
        'style': { left: `${NAMES + column * CELL}px`, width: `${CELL}px`, height: `${HEAD}px` },
      }, shortened(name)));
    }
    return row;
  }

  /** The end of a path tells more than its beginning. */
  function shortened(name) {
    const plain = name.replace(/^(role|user) /, '');
    return plain.length > 21 ? `…${plain.slice(-20)}` : plain;
  }

  function secretRow(row, x, left, right) {
    const { name } = data.secrets[rows[row]];
    const made = element('div', { 'role': 'row', 'aria-rowindex': row + 2, 'style': { top: `${HEAD + row * ROW}px` } },
      element('div', { 'role': 'rowheader', 'aria-colindex': 1, 'title': name, 'style': { left: `${x}px`, width: `${NAMES}px` } }, name));
    for (let column = left; column < right; column++) made.append(cellOf(row, column));
    if (row === focus.row && columns.length > 0 && (focus.column < left || focus.column >= right)) made.append(cellOf(row, focus.column));
    return made;
  }

  function cellOf(row, column) {
    const pair = pairs[rows[row]].get(columns[column]);
    const has = row === focus.row && column === focus.column;
    const marks = (pair?.decisions ?? []).map(({ operation, decision }) => element('span', { class: `mark ${decision}` }, markOf(operation, decision)));
    const words = pair === undefined ? 'denied' : `${marks.map(mark => mark.textContent).join('')}: ${wordsOf(pair)}${pair.changed ? '; changed' : ''}`;
    return element('div', {
      'role': 'gridcell', 'aria-colindex': column + 2, 'aria-label': words, 'tabindex': has ? 0 : -1,
      'class': pair === undefined ? '' : `any${pair.changed ? ' changed' : ''}`, 'data-row': row, 'data-column': column,
      'style': { left: `${NAMES + column * CELL}px`, width: `${CELL}px` },
    }, ...marks);
  }

  function wordsOf({ decisions }) {
    return decisions.map(({ words }) => words).join('; ');
  }

  /** A letter says what, and its form says how: color alone says nothing. */
  function markOf(operation, decision) {
    const letter = LETTERS[operation];
    return { 'allowed': letter, 'allowed-if': letter.toLowerCase(), 'not-decided': '?', 'half': '½' }[decision];
  }

  function moveTo(row, column) {
    focus = { row: Math.max(0, Math.min(rows.length - 1, row)), column: Math.max(0, Math.min(columns.length - 1, column)) };
    const [top, left] = [focus.row * ROW, focus.column * CELL];
    const [height, width] = [grid.clientHeight - HEAD, grid.clientWidth - NAMES];
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + ROW > grid.scrollTop + height) grid.scrollTop = top + ROW - height;
    if (left < grid.scrollLeft) grid.scrollLeft = left;
    else if (left + CELL > grid.scrollLeft + width) grid.scrollLeft = left + CELL - width;
    draw();
    content.querySelector('[tabindex="0"]')?.focus({ preventScroll: true });
    tellReached();
  }

  function tellReached() {
    if (rows.length === 0 || columns.length === 0) return;
    const pair = pairs[rows[focus.row]].get(columns[focus.column]);
    reached.textContent = `${data.principals[columns[focus.column]].name}, ${data.secrets[rows[focus.row]].name}: `
      + (pair === undefined ? 'denied' : wordsOf(pair));
  }

  const KEYS = {
    ArrowUp: () => [focus.row - 1, focus.column], ArrowDown: () => [focus.row + 1, focus.column],
    ArrowLeft: () => [focus.row, focus.column - 1], ArrowRight: () => [focus.row, focus.column + 1],
    PageUp: () => [focus.row - pageRows(), focus.column], PageDown: () => [focus.row + pageRows(), focus.column],
    Home: event => [event.ctrlKey ? 0 : focus.row, 0], End: event => [event.ctrlKey ? rows.length - 1 : focus.row, columns.length - 1],
  };

  function pageRows() {
    return Math.max(1, Math.floor((grid.clientHeight - HEAD) / ROW) - 1);
  }

  grid.addEventListener('keydown', event => {
    if (event.key in KEYS) {
      event.preventDefault();
      moveTo(...KEYS[event.key](event));
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      open(focus.row, focus.column);
    }
  });
  grid.addEventListener('click', event => {
    const target = event.target.closest('[role=gridcell]');
    if (target === null) return;
    moveTo(Number(target.dataset.row), Number(target.dataset.column));
    open(focus.row, focus.column);
  });
  let drawing = false;
  grid.addEventListener('scroll', () => {
    if (drawing) return;
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      draw();
    });
  });

  // ---- The way of an access

  const dialog = element('dialog', { 'aria-labelledby': 'way-heading' });

  function open(row, column) {
    if (rows.length === 0 || columns.length === 0) return;
    const secret = data.secrets[rows[row]];
    const principal = data.principals[columns[column]];
    const pair = pairs[rows[row]].get(columns[column]);
    const close = element('button', { type: 'button', autofocus: true }, 'Close');
    close.addEventListener('click', () => dialog.close());
    dialog.replaceChildren(
      element('p', { class: 'close' }, close),
      element('h2', { id: 'way-heading' }, `${principal.name} and ${secret.name}`),
      ...principal.actors.length > 0 ? [element('p', {}, `Runs as it: ${principal.actors.join(', ')}`)] : [],
      ...pair === undefined ? [element('p', {}, 'Denied: no policy of these templates allows anything.')] : pair.decisions.flatMap(wayOf),
      ...lines('Guard rails', secret.guardRails), ...lines('Findings', secret.findings), ...lines('The secret', secret.facts),
    );
    dialog.showModal();
  }

  function wayOf({ words, path }) {
    return [
      element('h3', {}, words),
      element('ol', {}, ...path.map(index => {
        const statement = data.statements[index];
        return element('li', {}, statement.words, ...statement.where === '' ? [] : [element('br'), element('small', {}, statement.where)],
          element('pre', {}, JSON.stringify(statement.json, undefined, 2)));
      })),
    ];
  }

  function lines(heading, texts) {
    return texts.length === 0 ? [] : [element('h3', {}, heading), element('ul', {}, ...texts.map(text => element('li', {}, ...prose(text))))];
  }

  /** A sentence, in which what stands between back ticks is code. */
  function prose(text) {
    return text.split(/`([^`]+)`/).map((part, index) => index % 2 === 0 ? part : element('code', {}, part));
  }

  dialog.addEventListener('close', () => content.querySelector('[tabindex="0"]')?.focus());

  // ---- Put together

  section.append(
    element('p', { class: 'legend', id: 'keys' },
      'R reads, W writes, O rotates, M manages. A capital is allowed; a small letter is allowed under conditions; ? is not decided; ½ is allowed by Secrets Manager or'
      + ' by KMS, and refused by the other. Arrow keys move, Enter opens the way.'),
    element('div', { class: 'filters', role: 'search' },
      element('label', { for: 'search' }, 'Search '), search,
      ...boxes.map(({ box, label }) => element('label', {}, box, ` ${label}`))),
    shown, grid, reached, dialog);
  section.hidden = false;
  search.addEventListener('input', filter);
  boxes.forEach(({ box }) => box.addEventListener('change', filter));
  window.addEventListener('resize', () => { size(); draw(); });
  filter();

  // Everything is open on paper.
  const details = () => [...document.querySelectorAll('details')];
  let closed = [];
  window.addEventListener('beforeprint', () => {
    closed = details().filter(each => !each.open);
    closed.forEach(each => { each.open = true; });
  });
  window.addEventListener('afterprint', () => closed.forEach(each => { each.open = false; }));
})();
