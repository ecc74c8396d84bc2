/* The workbench by keyboard. Everything also works by links and buttons, and without this file. */
(function () {
  'use strict';
  var doc = document, OFF = 'liandong-keys-off', DONE = 'liandong-undo', WAIT = 10000;
  var busy = false, queue = [], timer = null, used = '';

  function one(selector, within) { return (within || doc).querySelector(selector); }
  function bench() { return one('#bench'); }
  function keysAreOff() { return localStorage.getItem(OFF) === 'yes'; }

  // What this person has decided here, newest last: Z takes it back step by step, also after the message has gone.
  function done() { try { return JSON.parse(sessionStorage.getItem(DONE)) || []; } catch (e) { return []; } }
  function keep(list) { sessionStorage.setItem(DONE, JSON.stringify(list.slice(-200))); }

  function note() {
    var undo = one('[data-undo]', bench()), undone = one('[data-undone]', bench()), list = done();
    if (undo && !list.some(function (deed) { return deed.batch === undo.dataset.undo; })) {
      list.push({ batch: undo.dataset.undo, duty: undo.dataset.duty, where: undo.dataset.where });
    }
    if (undone) { list = list.filter(function (deed) { return deed.batch !== undone.dataset.undone; }); }
    keep(list);
  }

  // The message goes after ten seconds, not while somebody points at it or stands in it.
  function wait() {
    clearTimeout(timer);
    var toast = one('[data-toast]');
    if (!toast) { return; }
    function start() { clearTimeout(timer); timer = setTimeout(function () { toast.remove(); }, WAIT); }
    function hold() { clearTimeout(timer); }
    toast.addEventListener('pointerenter', hold);
    toast.addEventListener('focusin', hold);
    toast.addEventListener('pointerleave', start);
    toast.addEventListener('focusout', start);
    start();
  }

  function ready() {
    var box = bench(), key = box && box.dataset.key;
    if (!box) { return; }
    doc.querySelectorAll('.clist [aria-current]').forEach(function (line) { if (line.dataset.key !== key) { line.removeAttribute('aria-current'); } });
    var now = key && one('.clist [data-key="' + key + '"]'), list = one('.clist');
    if (now) {
      now.setAttribute('aria-current', 'true');
      var pane = list.closest('.pane'), frame = list.scrollHeight > list.clientHeight + 1 ? list : pane;
      var top = now.getBoundingClientRect().top - frame.getBoundingClientRect().top;
      if (frame.scrollHeight > frame.clientHeight && (top < 60 || top > frame.clientHeight - 60)) { frame.scrollTop += top - frame.clientHeight / 3; }
    }
    var on = one('.cand .on');
    if (on) { near(on); }
    var told = one('.said', box);
    if (told && told.tabIndex === -1) { told.focus(); }
    var field = one('#preview', box) || one('[autofocus]', box);
    if (field) { field.focus(); }
    if (used && doc.activeElement === doc.body) { (one(used, box) || one('.cand .on [data-pick]', box) || one('#p2', box)).focus(); }
    used = '';
    note();
    wait();
    one('[data-keys]').hidden = keysAreOff();
    one('[data-keys-are-off]').hidden = !keysAreOff();
  }

  // Whoever goes by Tab finds the focus on the same control of what comes next, not at the top of the page.
  function control(at) {
    if (!at || !bench() || !bench().contains(at)) { return ''; }
    return at.closest('.cand') ? '.cand .on [data-pick]' : at.dataset.go ? '[data-go="' + at.dataset.go + '"]' : '[data-accept]';
  }
  // Keeps the candidate in sight inside its pane; the page itself does not move.
  function near(item) {
    var pane = item.closest('.pane');
    if (pane.scrollHeight <= pane.clientHeight) { return; }
    var low = item.getBoundingClientRect(), frame = pane.getBoundingClientRect();
    if (low.bottom > frame.bottom) { pane.scrollTop += low.bottom - frame.bottom + 16; }
    if (low.top < frame.top + 60) { pane.scrollTop += low.top - frame.top - 60; }
  }

  function press(element) { if (element) { element.click(); } }
  function step(by) {
    var items = Array.prototype.slice.call(doc.querySelectorAll('.cand > li')), at = items.findIndex(function (item) { return item.classList.contains('on'); });
    var waits = items.some(function (item) { return !item.classList.contains('done'); }), to = items[at + by];
    if (by > 0 && (!waits || !to)) { press(one('[data-go="next"]') || one('[data-go="after"]') || (waits && items[0] && one('[data-pick]', items[0]))); return; }
    if (to && at + by >= 0) { press(one('[data-pick]', to)); } else { press(one('[data-go="before"]')); }
  }
  function reject() {
    var box = one('[data-reject]');
    if (box) { box.open = true; one('[type="radio"]', box).focus(); }
  }
  function edit() {
    var box = one('[data-edit]');
    if (box) { box.open = true; var field = one('input[name="kind"]', box); field.focus(); field.select(); }
  }
  function comment() {
    var box = one('[data-note]');
    if (box) { box.open = true; one('textarea', box).focus(); box.scrollIntoView({ block: 'nearest' }); }
  }
  // What is selected in the text, without the numbers; and how many signs of the text stand before it.
  function words(range) {
    var part = doc.createElement('div');
    part.append(range.cloneContents());
    part.querySelectorAll('[data-no]').forEach(function (no) { no.remove(); });
    return part.textContent;
  }
  function selected() {
    var text = one('[data-text]'), choice = getSelection();
    if (!text || !choice.rangeCount || choice.isCollapsed) { return null; }
    var range = choice.getRangeAt(0), whole = doc.createRange();
    whole.selectNodeContents(text);
    if (range.compareBoundaryPoints(Range.START_TO_START, whole) < 0) { range.setStart(whole.startContainer, whole.startOffset); }
    if (range.compareBoundaryPoints(Range.END_TO_END, whole) > 0) { range.setEnd(whole.endContainer, whole.endOffset); }
    if (range.collapsed || !text.contains(range.commonAncestorContainer)) { return null; }
    var quote = words(range), before = doc.createRange();
    before.selectNodeContents(text);
    before.setEnd(range.startContainer, range.startOffset);
    return quote.trim() ? { quote: quote.trim(), near: Array.from(words(before)).length } : null;
  }
  function add() {
    var link = one('[data-add]'), found = selected() || {};
    if (link) { htmx.ajax('GET', link.dataset.where, { target: '#bench', swap: 'outerHTML', values: found }); }
  }
  // A duty whose words are gone is accepted by others: those selected now, else a sentence from a list.
  function rest(link) { htmx.ajax('GET', link.href, { target: '#bench', swap: 'outerHTML', values: selected() || {} }); }
  function undo() {
    var deed = done().pop();
    if (!deed) { return; }
    htmx.ajax('POST', deed.where + location.search, { target: '#bench', swap: 'outerHTML', values: { verb: 'undo', batch: deed.batch, duty: deed.duty } });
    keep(done().filter(function (other) { return other.batch !== deed.batch; }));
  }

  var KEYS = {
    j: function () { step(1); }, k: function () { step(-1); }, r: reject, u: edit, z: undo, n: add, c: comment,
    a: function () { var way = one('[data-accept]'); if (way && way.matches('[data-rest]')) { rest(way); } else { press(way); } },
    '?': function () { one('[data-help]').showModal(); }
  };
  '12345'.split('').forEach(function (digit, at) {
    KEYS[digit] = function () { press(doc.querySelectorAll('.cand .on .roles4 button')[at]); };
  });

  function act(key) { KEYS[key](); }
  function isTyping(at) { return at && (at.matches('select, textarea, [contenteditable]') || (at.matches('input') && !/checkbox|hidden/.test(at.type))); }

  doc.addEventListener('keydown', function (e) {
    if (!bench() || e.isComposing || e.keyCode === 229 || e.ctrlKey || e.metaKey || e.altKey || one('dialog[open]')) { return; }
    var box = e.target.closest && e.target.closest('details[open]');
    if (e.key === 'Escape' && box && box.matches('[data-reject], [data-edit], [data-note], .note-edit')) { box.open = false; one('summary', box).focus(); return; }
    var cancel = one('[data-cancel]');
    if (e.key === 'Escape' && cancel) { press(cancel); return; }
    var why = e.target.closest && e.target.closest('[data-reject]');
    if (why && e.target.type === 'radio' && /^[1-9]$/.test(e.key)) {
      var radio = why.querySelectorAll('[type="radio"]')[e.key - 1];
      if (radio) { radio.checked = true; radio.focus(); e.preventDefault(); }
      return;
    }
    var key = e.key.toLowerCase();
    if (keysAreOff() || isTyping(e.target) || !KEYS[key]) { return; }
    e.preventDefault();
    if (busy) { if (queue.length < 20) { queue.push(key); } return; }   // typed ahead of the server: in its turn, not lost
    act(key);
  });

  doc.addEventListener('htmx:beforeRequest', function (e) {
    if (busy) { e.preventDefault(); return; }   // one decision at a time
    busy = true;
    bench().setAttribute('aria-busy', 'true');
  });
  doc.addEventListener('htmx:beforeSwap', function (e) { if (e.detail.target.id === 'bench') { used = control(doc.activeElement); } });
  doc.addEventListener('htmx:afterRequest', function (e) {
    busy = false;
    if (bench()) { bench().removeAttribute('aria-busy'); }
    if (!e.detail.successful) { queue = []; broken(e.detail.xhr); }
  });
  doc.addEventListener('htmx:afterSettle', function (e) {
    if (e.detail.target.id !== 'bench' && e.detail.elt.id !== 'bench') { return; }
    ready();
    if (queue.length) { act(queue.shift()); }
  });
  // Nothing typed is lost: the clause stays as it is, and what happened is said above it.
  function broken(xhr) {
    var body = one('.bench .pane__body');
    if (!body) { return; }
    body.querySelectorAll('.said').forEach(function (old) { old.remove(); });
    var note = doc.createElement('div');
    note.className = 'note note--bad said';
    note.setAttribute('role', 'alert');
    note.textContent = '没有保存：' + liandong.refusal(xhr);
    body.prepend(note);
  }

  doc.addEventListener('mousedown', function (e) { if (e.target.closest('[data-add], [data-rest]')) { e.preventDefault(); } });   // the selection stays
  doc.addEventListener('click', function (e) {
    if (e.target.closest('[data-keys-off]')) { localStorage.setItem(OFF, 'yes'); ready(); }
    if (e.target.closest('[data-keys-on]')) { localStorage.removeItem(OFF); ready(); }
    if (e.target.closest('[data-add]')) { e.preventDefault(); add(); }
    var way = e.target.closest('[data-rest]');
    if (way) { e.preventDefault(); rest(way); }
    var close = e.target.closest('[data-close]');
    if (close) { var box = close.closest('details'); box.open = false; one('summary', box).focus(); }
    var mark = e.target.closest('[data-law] mark[data-n]');
    if (mark && String(getSelection()) === '') { press(doc.querySelectorAll('.cand > li [data-pick]')[mark.dataset.n - 1]); }
  });
  ready();
})();
