// The viewer: original and decoded pictures under a slider, blended, or their difference.

const kAmplification = 8;  // of differences

const kOriginal = '-';      // its name in the address

const view = {zoom: 0, split: 50, x: 0, y: 0, width: 0, height: 0, scale: 1};
const initial = {left: '', right: '', match: '', mode: 'slide'};  // what the address leaves out

function comparison() { return data.comparisons.find((one) => one.picture === state.picture); }

// The pictures that can be chosen: the original, the views of this kind of match, and the anchor.
function choices(one) {
  const own = one.views.filter((entry) => entry.match === state.match);
  const anchor = one.views.filter((entry) => entry.name === data.anchor && !own.some((other) => other.name === data.anchor)).slice(0, 1);
  return [{name: kOriginal, file: one.original}, ...anchor, ...own];
}

function chosen(one, side) {
  const entries = choices(one);
  const compared = entries.find((entry) => entry.name !== kOriginal && entry.name !== data.anchor) || entries[entries.length - 1];
  return entries.find((entry) => entry.name === state[side]) || (side === 'left' ? entries[0] : compared);
}

function title(entry) { return entry.name === kOriginal ? 'Original' : entry.name; }

function fillSelect(select, entries, entry) {
  select.replaceChildren(...entries.map((one) => new Option(title(one), one.name, false, one === entry)));
}

function press(group, key, value) {
  for (const button of all('button', group)) button.setAttribute('aria-pressed', button.dataset[key] === String(value));
}

function setImage(image, entry) {
  if (image.dataset.file === entry.file) return;
  image.dataset.file = entry.file;
  image.src = byId(entry.file).textContent;
  image.alt = title(entry);
}

function showComparison() {
  const one = comparison();
  byId('viewer').hidden = !one;
  if (!one || document.readyState === 'loading') return;
  const matches = ['bytes', 'score'].filter((match) => one.views.some((entry) => entry.match === match));
  if (!matches.includes(state.match)) state.match = matches[0] || '';
  for (const button of all('#view-match button')) button.hidden = matches.length < 2;
  press(byId('view-match'), 'match', state.match);
  press(byId('view-mode'), 'mode', state.mode);
  press(byId('view-zoom'), 'zoom', view.zoom);
  const left = chosen(one, 'left'), right = chosen(one, 'right');
  fillSelect(byId('view-left'), choices(one), left);
  fillSelect(byId('view-right'), choices(one), right);
  setImage(byId('image-left'), left);
  setImage(byId('image-right'), right);
  byId('tag-left').textContent = title(left);
  byId('tag-right').textContent = title(right);
  showFacts(left, right);
  showWorst(one, right.worst ? right : left);
  showNote(one);
  layOut(one);
  if (state.mode === 'difference') showDifference(one);
}

// A row of a table whose first cell, or every cell, is a heading.
function row(cells, isHead = false) {
  const line = document.createElement('tr');
  cells.forEach((text, i) => {
    const cell = document.createElement(isHead || !i ? 'th' : 'td');
    if (cell.tagName === 'TH') cell.scope = isHead ? 'col' : 'row';
    cell.textContent = text;
    line.append(cell);
  });
  return line;
}

function showFacts(left, right) {
  const pair = (name, value, text, difference) => {
    const a = value(left), b = value(right);
    const both = a !== undefined && b !== undefined;
    return row([name, a === undefined ? '–' : text(a), b === undefined ? '–' : text(b), both ? difference(a, b) : '–']);
  };
  const relative = (a, b) => percent(100 * (b / a - 1));
  const lines = [
    pair('Bytes', (entry) => entry.bytes, (value) => value.toLocaleString('en'), relative),
    pair('Bits per pixel', (entry) => entry.bpp, (value) => significant(value, 3), relative),
    pair('Quality setting', (entry) => entry.q, (value) => String(+value.toFixed(4)), () => ''),
  ];
  for (const metric of data.metrics)
    lines.push(pair(metric.title, (entry) => entry.scores && entry.scores[metric.column], (value) => withUnit(metric, value),
      (a, b) => (b > a ? '+' : '') + number(b - a, metric.decimals)));
  byId('facts-head').replaceChildren(row(['Measure', title(left), title(right), 'Right against left'], true));
  byId('facts').replaceChildren(...lines);
}

// The places where a decoded picture is least like the original, each as a button that zooms there.
const kPlaceSide = 64;
let drawn = '';  // the file whose places are shown

async function showWorst(one, entry) {
  byId('worst').hidden = !entry.worst;
  if (!entry.worst || drawn === entry.file) return;
  drawn = entry.file;
  byId('worst-title').textContent = `Worst places of ${title(entry)} by SSIM, the original left of it`;
  const places = entry.worst.map(([x, y, ssim], i) => {
    const button = document.createElement('button'), canvas = document.createElement('canvas');
    button.type = 'button';
    [canvas.width, canvas.height] = [2 * kPlaceSide, kPlaceSide];
    button.append(canvas, `${i + 1}: SSIM ${number(ssim, 3)}`);
    button.addEventListener('click', () => zoomTo(one, x + kPlaceSide / 2, y + kPlaceSide / 2));
    return {x, y, button, canvas};
  });
  byId('worst-places').replaceChildren(...places.map((place) => place.button));
  const images = [one.original, entry.file].map((file) => Object.assign(new Image(), {src: byId(file).textContent}));
  await Promise.all(images.map((image) => image.decode()));
  for (const {x, y, canvas} of places)
    images.forEach((image, side) =>
      canvas.getContext('2d').drawImage(image, x, y, kPlaceSide, kPlaceSide, side * kPlaceSide, 0, kPlaceSide, kPlaceSide));
}

// Shows a point of the picture in the middle of the viewer, magnified.
function zoomTo(one, x, y) {
  Object.assign(view, {zoom: 4, split: 50});
  showComparison();
  movePicture(view.width / 2 - x * view.scale - view.x, view.height / 2 - y * view.scale - view.y);
  byId('stage').scrollIntoView({block: 'nearest'});
}

function showNote(one) {
  const part = one.whole && (one.whole[0] !== one.width || one.whole[1] !== one.height);
  const note = [];
  if (part) note.push(`The part of ${one.width} × ${one.height} samples at (${one.left}, ${one.top}) of ${one.whole[0]} × ${one.whole[1]}.`);
  if (state.mode === 'difference') note.push(`Absolute difference of the two, amplified ${kAmplification} times.`);
  else note.push('Drag the handle or use the arrow keys' + (view.zoom ? '; drag the picture or press Shift with the arrow keys to move it.' : '.'));
  byId('view-note').textContent = note.join(' ');
}

// 1:1 is one pixel of the screen for one of the picture.
function layOut(one) {
  const room = byId('viewer').clientWidth, stage = byId('stage');
  const scale = view.zoom ? view.zoom / devicePixelRatio : Math.min(1 / devicePixelRatio, room / one.width);
  if (scale !== view.scale && view.scale) {  // keep what is in the middle
    view.x = view.width / 2 - (view.width / 2 - view.x) * scale / view.scale;
    view.y = view.height / 2 - (view.height / 2 - view.y) * scale / view.scale;
  }
  view.scale = scale;
  view.width = Math.min(room, one.width * scale);
  view.height = Math.min(Math.max(240, innerHeight * 0.85), one.height * scale);
  stage.style.width = view.width + 'px';
  stage.style.height = view.height + 'px';
  stage.classList.toggle('pans', one.width * scale > view.width + 1 || one.height * scale > view.height + 1);
  stage.classList.toggle('magnified', scale * devicePixelRatio >= 1);
  stage.classList.toggle('difference', state.mode === 'difference');
  place(one);
}

function place(one) {
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
  view.x = clamp(view.x, Math.min(0, view.width - one.width * view.scale), 0);
  view.y = clamp(view.y, Math.min(0, view.height - one.height * view.scale), 0);
  byId('layer').style.transform = `translate(${view.x}px,${view.y}px) scale(${view.scale})`;
  const right = byId('image-right'), handle = byId('handle');
  const cut = (view.split / 100 * view.width - view.x) / view.scale;
  right.style.clipPath = state.mode === 'slide' ? `inset(0 0 0 ${clamp(cut, 0, one.width)}px)` : '';
  right.style.opacity = state.mode === 'blend' ? 1 - view.split / 100 : 1;
  byId('difference').style.display = state.mode === 'difference' ? '' : 'none';
  handle.style.left = view.split + '%';
  handle.setAttribute('aria-valuenow', Math.round(view.split));
  handle.setAttribute('aria-valuetext', `${Math.round(view.split)} % ${byId('tag-left').textContent}, the rest ${byId('tag-right').textContent}`);
}

function samples(image, one) {
  const canvas = new OffscreenCanvas(one.width, one.height);
  const context = canvas.getContext('2d', {willReadFrequently: true});
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, one.width, one.height);
}

async function showDifference(one) {
  const left = byId('image-left'), right = byId('image-right'), canvas = byId('difference');
  const files = left.dataset.file + ' ' + right.dataset.file;
  if (canvas.dataset.of === files) return;
  await Promise.all([left.decode(), right.decode()]);
  if (files !== left.dataset.file + ' ' + right.dataset.file) return;  // others were chosen meanwhile
  const a = samples(left, one), b = samples(right, one);
  for (let i = 0; i < a.data.length; ++i)
    a.data[i] = i % 4 === 3 ? 255 : kAmplification * Math.abs(a.data[i] - b.data[i]);
  canvas.width = one.width;
  canvas.height = one.height;
  canvas.getContext('2d', {willReadFrequently: true}).putImageData(a, 0, 0);
  canvas.dataset.of = files;
}

// What people do

function moveSplit(percentage) {
  view.split = Math.min(100, Math.max(0, percentage));
  place(comparison());
}

function movePicture(x, y) {
  view.x += x;
  view.y += y;
  place(comparison());
}

function onHandleKey(event) {
  const direction = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[event.key];
  if (direction && event.shiftKey) movePicture(-40 * direction[0], 40 * direction[1]);
  else if (direction) moveSplit(view.split + direction[0] + direction[1]);
  else if (event.key === 'PageUp') moveSplit(view.split + 10);
  else if (event.key === 'PageDown') moveSplit(view.split - 10);
  else if (event.key === 'Home') moveSplit(0);
  else if (event.key === 'End') moveSplit(100);
  else return;
  event.preventDefault();
}

function onStageDown(event) {
  if (event.button) return;
  const stage = byId('stage'), moves = event.target !== byId('handle') && stage.classList.contains('pans');
  let last = event;
  const split = (position) => {
    const box = stage.getBoundingClientRect();
    moveSplit(100 * (position.clientX - box.left) / box.width);
  };
  const move = (next) => {
    if (moves) movePicture(next.clientX - last.clientX, next.clientY - last.clientY);
    else split(next);
    last = next;
  };
  const end = () => {
    stage.removeEventListener('pointermove', move);
    stage.removeEventListener('pointerup', end);
    stage.removeEventListener('pointercancel', end);
  };
  if (!moves) {
    split(event);
    byId('handle').focus({preventScroll: true});
  }
  event.preventDefault();
  stage.setPointerCapture(event.pointerId);
  stage.addEventListener('pointermove', move);
  stage.addEventListener('pointerup', end);
  stage.addEventListener('pointercancel', end);
}

// The originals stand in the list of pictures; each is unpacked when it comes into sight.
function startList() {
  if (!data.comparisons.length) return;
  const observer = new IntersectionObserver((entries) => {
    for (const {target} of entries.filter((entry) => entry.isIntersecting)) {
      observer.unobserve(target);
      target.src = byId(target.dataset.file).textContent;
    }
  }, {rootMargin: '200px'});
  all('.pictures a').forEach((link, i) => {
    const one = data.comparisons.find((other) => other.picture === i);
    const image = link.insertBefore(document.createElement(one ? 'img' : 'div'), link.firstChild);
    image.className = 'photo';
    if (!one) return;
    image.alt = '';
    image.dataset.file = one.original;
    observer.observe(image);
  });
}

function startViewer() {
  byId('view-left').addEventListener('change', (event) => change({left: event.target.value}));
  byId('view-right').addEventListener('change', (event) => change({right: event.target.value}));
  for (const button of all('#view-match button')) button.addEventListener('click', () => change({match: button.dataset.match}));
  for (const button of all('#view-mode button')) button.addEventListener('click', () => change({mode: button.dataset.mode}));
  for (const button of all('#view-zoom button'))
    button.addEventListener('click', () => {
      view.zoom = +button.dataset.zoom;
      showComparison();
    });
  byId('handle').addEventListener('keydown', onHandleKey);
  byId('stage').addEventListener('pointerdown', onStageDown);
  addEventListener('resize', () => comparison() && layOut(comparison()));
}

byId('controls').hidden = false;
document.documentElement.classList.add('chosen-by-tab');
start();
startViewer();
const linked = readAddress();
show();
// The files of the pictures are the last and by far the largest part of the page: all else is ready before.
addEventListener('DOMContentLoaded', () => {
  startList();
  showComparison();
  if (linked) byId('pictures').scrollIntoView();
});
