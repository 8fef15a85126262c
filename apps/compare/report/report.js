// The report's page: chooses metric, class, codecs and picture, and tells the values of points. The charts stand in the
// page already; here they are only shown, hidden and read.
'use strict';

const byId = (id) => document.getElementById(id);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const data = JSON.parse(byId('data').textContent);

const state = {
  metric: data.metrics.length ? data.metrics[0].column : '',
  class: '',
  picture: 0,
  hidden: new Set(),  // places of codecs
  left: '', right: '', match: '', mode: 'slide',
};

// Metric, class and codecs

function showMetric() {
  for (const tab of all('[role=tab]')) {
    const chosen = tab.dataset.metric === state.metric;
    tab.setAttribute('aria-selected', chosen);
    tab.tabIndex = chosen ? 0 : -1;
  }
  for (const part of all('div[data-metric]')) part.classList.toggle('off', part.dataset.metric !== state.metric);
  all('.small use').forEach((use) => use.setAttribute('href', `#lines-${state.metric}-${use.dataset.picture}`));
}

function isInClass(element) { return !state.class || element.dataset.class === state.class; }

function showClass() {
  for (const button of all('[data-choose-class]'))
    button.setAttribute('aria-pressed', button.dataset.chooseClass === state.class);
  for (const part of all('[data-for-class]')) part.classList.toggle('off', part.dataset.forClass !== state.class);
  const items = all('.pictures li');
  items.forEach((item) => item.classList.toggle('off', !isInClass(item)));
  if (items[state.picture] && !isInClass(items[state.picture])) state.picture = items.findIndex(isInClass);
}

const hidingStyle = document.head.appendChild(document.createElement('style'));

function showCodecs() {
  for (const button of all('[data-toggle]')) button.setAttribute('aria-pressed', !state.hidden.has(+button.dataset.toggle));
  hidingStyle.textContent = [...state.hidden].map((i) => `g.c${i},.of${i}{display:none}`).join('');
}

function showPicture() {
  all('article').forEach((article, i) => article.classList.toggle('off', i !== state.picture));
  all('.pictures a').forEach((link, i) =>
    i === state.picture ? link.setAttribute('aria-current', 'true') : link.removeAttribute('aria-current'));
  showComparison();
}

// The address names what is shown, so that it can be sent to somebody.

function writeAddress() {
  const address = new URLSearchParams();
  if (data.metrics.length && state.metric !== data.metrics[0].column) address.set('metric', state.metric);
  if (state.class) address.set('class', state.class);
  if (state.picture) address.set('picture', data.pictures[state.picture]);
  if (state.hidden.size) address.set('without', [...state.hidden].map((i) => data.codecs[i]).join(' '));
  for (const key of ['left', 'right', 'match', 'mode'])
    if (state[key] && state[key] !== initial[key]) address.set(key, state[key]);
  const text = address.toString();
  history.replaceState(null, '', text ? '#' + text : location.pathname + location.search);
}

function readAddress() {
  const address = new URLSearchParams(location.hash.slice(1));
  const metric = address.get('metric'), picture = data.pictures.indexOf(address.get('picture'));
  if (data.metrics.some((known) => known.column === metric)) state.metric = metric;
  if (all('[data-choose-class]').some((button) => button.dataset.chooseClass === address.get('class')))
    state.class = address.get('class');
  if (picture >= 0) state.picture = picture;
  if (address.has('without'))
    state.hidden = new Set(address.get('without').split(' ').map((name) => data.codecs.indexOf(name)).filter((i) => i >= 0));
  for (const key of ['left', 'right', 'match', 'mode']) if (address.has(key)) state[key] = address.get(key);
  return picture >= 0;
}

function show() {
  clearPick();
  showMetric();
  showClass();
  showCodecs();
  showPicture();
}

function change(changes) {
  Object.assign(state, changes);
  show();
  writeAddress();
}

// Values of points

function centre(element) {
  const box = element.getBBox();
  return {x: box.x + box.width / 2, y: box.y + box.height / 2};
}

function pointsOf(svg) {
  if (!svg.points)
    svg.points = all('[data-y]', svg).map((element) => ({element, codec: data.codecs.indexOf(element.dataset.codec), ...centre(element)}));
  return svg.points.filter((point) => !state.hidden.has(point.codec));
}

function number(value, decimals) { return value.toFixed(decimals).replace('-', '\u2212'); }
function percent(value) { return (value > 0 ? '+' : '') + number(value, 1) + '\u00a0%'; }
function significant(value, digits) {
  return value ? number(value, Math.min(12, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value)))))) : '0';
}
function metricOf(column) { return data.metrics.find((metric) => metric.column === column); }
function withUnit(metric, value) {
  const text = metric.logarithmic ? significant(value, 3) : number(value, metric.decimals);
  return text + (metric.unit ? '\u00a0' + metric.unit : '');
}
// The number that is compared: the value, or its logarithm.
function score(metric, value) { return metric.logarithmic ? Math.log(value) : value; }

// y at x on a curve of [x, y] with rising x, interpolated linearly; nothing outside of the curve.
function interpolate(curve, x) {
  for (let i = 1; i < curve.length; ++i) {
    const [x0, y0] = curve[i - 1], [x1, y1] = curve[i];
    if (x >= x0 && x <= x1 && x1 > x0) return y0 + (y1 - y0) * (x - x0) / (x1 - x0);
  }
}

// How far a point of a rate chart is from the anchor's curve: along the bytes, and along the score.
function gaps(svg, point) {
  const metric = metricOf(svg.dataset.metric);
  const place = (element) => [Math.log(element.dataset.x), score(metric, +element.dataset.y)];
  const curve = all('.marks [data-y]', svg).filter((element) => element.dataset.codec === data.anchor).map(place);
  const [rate, own] = place(point), lines = [];
  if (point.dataset.codec === data.anchor || !curve.length) return lines;
  const byScore = curve.map(([x, y]) => [y, x]).sort((a, b) => a[0] - b[0]);
  const sameScore = interpolate(byScore, own);
  const sameRate = interpolate(curve.sort((a, b) => a[0] - b[0]), rate);
  if (sameScore !== undefined) lines.push(`${percent(100 * Math.expm1(rate - sameScore))} bytes against ${data.anchor} at this score`);
  if (sameRate !== undefined) {
    const difference = own - sameRate;
    const text = metric.logarithmic ? percent(100 * Math.expm1(difference)) : (difference > 0 ? '+' : '') + withUnit(metric, difference);
    lines.push(`${text} against ${data.anchor} at these bytes`);
  }
  return lines;
}

// The same in the unit of the elements.
function inUnit(point) { return point.dataset.absolute ? `, absolute ${significant(+point.dataset.absolute, 3)}` : ''; }

function describe(svg, point) {
  const {q, x, y, image} = point.dataset, metric = metricOf(svg.dataset.metric);
  if (svg.dataset.kind === 'rate')
    return [`q ${q}, ${significant(+x, 3)} bits per ${data.words.element}`, `${metric.title} ${withUnit(metric, +y)}` + inUnit(point), ...gaps(svg, point)];
  if (svg.dataset.kind === 'relative')
    return [`${percent(+y)} bytes against ${data.anchor}`, `at ${metric.title} ${withUnit(metric, +x)}`];
  if (svg.dataset.kind === 'speed')
    return [`${significant(+x, 3)} ${data.words.megaelements} a second (${svg.dataset.of})`, `${percent(+y)} bytes against ${data.anchor}`];
  return [image, `${percent(+y)} bytes against ${data.anchor}`];
}

let picked = null;  // {svg, point}

function clearPick() {
  if (!picked) return;
  all('.dim', picked.svg).forEach((group) => group.classList.remove('dim'));
  all('.ring', picked.svg).forEach((ring) => ring.remove());
  byId('tip').hidden = true;
  picked = null;
}

function pick(svg, point) {
  if (picked && picked.point === point) return;
  clearPick();
  picked = {svg, point};
  const own = 'c' + point.codec, anchor = 'c' + data.codecs.indexOf(data.anchor);
  if (svg.dataset.kind)
    all('g[class^=c]', svg).forEach((group) => group.classList.toggle('dim', !group.classList.contains(own) && !group.classList.contains(anchor)));
  const ring = document.createElementNS(svg.namespaceURI, 'circle');
  for (const [key, value] of Object.entries({class: 'ring ' + own, cx: point.x, cy: point.y, r: svg.dataset.kind ? 7 : 5}))
    ring.setAttribute(key, value);
  svg.append(ring);
  showTip(ring, point.element.dataset.codec, describe(svg, point.element));
}

function showTip(ring, title, lines) {
  const tip = byId('tip'), heading = document.createElement('b');
  heading.textContent = title;
  tip.replaceChildren(heading, ...lines.map((line) => {
    const span = document.createElement('span');
    span.textContent = line;
    return span;
  }));
  tip.hidden = false;
  const place = ring.getBoundingClientRect(), size = tip.getBoundingClientRect(), chart = ring.ownerSVGElement.getBoundingClientRect();
  let left = place.right + 10, top = place.top - size.height / 2;
  if (ring.ownerSVGElement.dataset.kind === 'rate') {  // the lower right corner of the plot has no curves
    left = chart.left + chart.width * 0.76 - size.width;
    top = chart.bottom - chart.height * 0.13 - size.height;
  }
  if (left + size.width > innerWidth - 4) left = place.left - 10 - size.width;
  tip.style.left = Math.max(4, left) + 'px';
  tip.style.top = Math.max(4, Math.min(innerHeight - size.height - 4, top)) + 'px';
}

function onPointer(event) {
  const svg = event.currentTarget, matrix = svg.getScreenCTM();
  if (!matrix) return;
  const {x, y} = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
  const distance = (point) => Math.hypot(point.x - x, point.y - y);
  const nearest = pointsOf(svg).reduce((best, point) => (!best || distance(point) < distance(best) ? point : best), null);
  if (nearest && distance(nearest) < (svg.dataset.kind ? 36 : 12)) pick(svg, nearest);
  else clearPick();
}

// Left and right go along a curve, up and down to the next codec.
function onChartKey(event) {
  const svg = event.currentTarget, points = pointsOf(svg);
  if (event.key === 'Escape') return clearPick();
  const step = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1}[event.key];
  if (!step || !points.length) return;
  event.preventDefault();
  const codecs = [...new Set(points.map((point) => point.codec))];
  const current = picked && picked.svg === svg ? picked.point : null;
  let next = points[0];
  if (current) {
    const along = event.key === 'ArrowRight' || event.key === 'ArrowLeft';
    const own = points.filter((point) => point.codec === current.codec), place = own.indexOf(current);
    const codec = codecs[(codecs.indexOf(current.codec) + step + codecs.length) % codecs.length];
    const other = points.filter((point) => point.codec === codec);
    next = along && own.length > 1 ? own[Math.max(0, Math.min(own.length - 1, place + step))] : other[Math.min(place, other.length - 1)];
  }
  pick(svg, next);
  byId('spoken').textContent = next.element.dataset.codec + ': ' + describe(svg, next.element).join(', ');
}

// Events

function onTabKey(event) {
  const tabs = all('[role=tab]'), place = tabs.indexOf(event.target);
  const next = {ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: tabs.length - 1}[event.key];
  if (next === undefined) return;
  event.preventDefault();
  const tab = tabs[(next + tabs.length) % tabs.length];
  tab.focus();
  change({metric: tab.dataset.metric});
}

function start() {
  for (const tab of all('[role=tab]')) {
    tab.addEventListener('click', () => change({metric: tab.dataset.metric}));
    tab.addEventListener('keydown', onTabKey);
  }
  for (const button of all('[data-choose-class]'))
    button.addEventListener('click', () => change({class: button.dataset.chooseClass}));
  for (const button of all('[data-toggle]'))
    button.addEventListener('click', () => {
      const codec = +button.dataset.toggle, hidden = new Set(state.hidden);
      if (!hidden.delete(codec)) hidden.add(codec);
      change({hidden});
    });
  all('.pictures a').forEach((link, i) => link.addEventListener('click', (event) => {
    event.preventDefault();
    change({picture: i});
  }));
  for (const svg of all('svg.chart')) {
    svg.addEventListener('pointermove', onPointer);
    svg.addEventListener('pointerleave', clearPick);
    svg.addEventListener('keydown', onChartKey);
    svg.addEventListener('blur', clearPick);
  }
  addEventListener('scroll', clearPick, {passive: true});
  addEventListener('hashchange', () => {
    readAddress();
    show();
  });
}
