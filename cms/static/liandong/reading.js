/* Enhancements of the reading pages only: each of them works without this file. */
(function () {
  'use strict';
  var doc = document;

  // «复制引文»: the citation is the document's and the place of the clause. liandong.js copies what data-copy holds.
  doc.addEventListener('click', function (e) {
    var button = e.target.closest('[data-path]'), article = doc.querySelector('[data-cite]');
    if (button && article) { button.dataset.copy = article.dataset.cite + button.dataset.path; }
  }, true);

  // What comes near is laid out only then and may be longer than was thought: a clause that was jumped to stays where it was jumped to.
  function settle() {
    var goal = location.hash && doc.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!goal || !goal.closest('.paper')) { return; }
    requestAnimationFrame(function () { requestAnimationFrame(function () {
      if (Math.abs(goal.getBoundingClientRect().top) < innerHeight) { goal.scrollIntoView(); }
    }); });
  }
  addEventListener('load', settle);
  addEventListener('hashchange', settle);

  // «只看这 n 条» is part of the address.
  var only = doc.querySelector('[data-only]');
  if (only) {
    only.addEventListener('change', function () {
      var url = new URL(location.href);
      if (only.checked) { url.searchParams.set('only', 'mine'); } else { url.searchParams.delete('only'); }
      history.replaceState(null, '', url);
    });
  }

  // After a swap the new count is said to those who do not see it, and a page that was turned begins at its heading.
  var said = null;
  doc.addEventListener('htmx:afterSettle', function () {
    var count = doc.querySelector('[data-said]');
    if (!count) { return; }
    if (!said) { said = doc.createElement('p'); said.className = 'vh'; said.setAttribute('role', 'status'); doc.body.appendChild(said); }
    said.textContent = count.textContent;
  });

  // The outline keeps the line of the part being read in sight, inside its own box.
  var box = doc.querySelector('.outline');
  if (box && 'MutationObserver' in window) {
    new MutationObserver(function () {
      var now = box.querySelector('[aria-current]');
      if (!now || box.scrollHeight <= box.clientHeight) { return; }
      var top = now.getBoundingClientRect().top - box.getBoundingClientRect().top;
      if (top < 40 || top > box.clientHeight - 60) { box.scrollTop += top - box.clientHeight / 3; }
    }).observe(box, { subtree: true, attributes: true, attributeFilter: ['aria-current'] });
  }
  // A badge opens its duty over the document; without this the same address is a page.
  var sheet = null;
  function open(link, id, show) {
    link.setAttribute('aria-busy', 'true');
    fetch(link.href, { credentials: 'same-origin' })
      .then(function (r) { if (!r.ok) { throw new Error(String(r.status)); } return r.text(); })
      .then(function (html) {
        var part = new DOMParser().parseFromString(html, 'text/html').getElementById(id);
        if (!part) { throw new Error(id); }
        show(doc.importNode(part, true));
      })
      .catch(function () { location.href = link.href; })  // the page says what is the matter
      .finally(function () { link.removeAttribute('aria-busy'); });
  }
  function show(part) {
    if (!sheet) {
      sheet = doc.createElement('dialog');
      sheet.className = 'sheet';
      sheet.setAttribute('aria-labelledby', 'duty-h');
      sheet.innerHTML = '<form method="dialog"><button class="btn btn--s">关闭</button></form>';
      doc.body.appendChild(sheet);
      sheet.addEventListener('click', function (e) { if (e.target === sheet || e.target.closest('.side__top a')) { sheet.close(); } });
    }
    var old = sheet.querySelector('#duty');
    if (old) { old.remove(); }
    sheet.appendChild(part);
    if (!sheet.open) { sheet.showModal(); }
    part.querySelector('h1').focus();
  }
  // «对照上下级» opens what others say beside the clause, and closes it again.
  function beside(link) {
    var side = link.closest('.side'), box = side.querySelector('.kinbox');
    if (box) { box.hidden = !box.hidden; link.setAttribute('aria-expanded', String(!box.hidden)); return; }
    open(link, 'kin', function (part) {
      part.removeAttribute('id');
      side.appendChild(part);
      part.tabIndex = -1;
      link.setAttribute('aria-expanded', 'true');
      part.focus({ preventScroll: true });
    });
  }
  doc.addEventListener('click', function (e) {
    var link = e.target.closest('a.dref, a[data-duty], a.kin');
    if (!link || !window.HTMLDialogElement || e.ctrlKey || e.metaKey || e.shiftKey || e.button || !doc.querySelector('.paper')) { return; }
    e.preventDefault();
    if (link.matches('.kin')) { beside(link); } else { open(link, 'duty', show); }
  });

  // Words looked for: from one place to the next, those that are hidden (only mine, folded) left out.
  var hits = Array.prototype.slice.call(doc.querySelectorAll('mark.hit')), at = -1, bar = doc.querySelector('[data-hits]');
  function step(by) {
    var shown = hits.filter(function (mark) { return mark.getClientRects().length; });
    var now = shown.indexOf(hits[at]), next = shown[now < 0 ? (by > 0 ? 0 : shown.length - 1) : (now + by + shown.length) % shown.length];
    if (!next) { return; }
    if (hits[at]) { hits[at].classList.remove('is-at'); }
    at = hits.indexOf(next);
    next.classList.add('is-at');
    next.scrollIntoView({ block: 'center' });
    bar.querySelector('[data-hit-at]').textContent = (shown.indexOf(next) + 1) + ' / ' + shown.length;
  }
  if (bar && hits.length) {
    bar.hidden = false;
    bar.addEventListener('click', function (e) { var b = e.target.closest('[data-hit]'); if (b) { step(Number(b.dataset.hit)); } });
    var field = doc.getElementById('find');
    field.form.addEventListener('submit', function (e) {  // the same words once more: the next place
      if (field.value === field.defaultValue) { e.preventDefault(); step(1); }
    });
    if (!location.hash) { step(1); }
  }
  // On a phone a chosen line of the outline folds it again.
  if (box) {
    box.addEventListener('click', function (e) {
      if (e.target.closest('a') && matchMedia('(max-width: 56rem)').matches) { box.open = false; }
    });
  }
})();

/* Lists whose rows are ticked (duties, documents): counting what is ticked, asking before many are decided on, keys. */
(function () {
  'use strict';
  var doc = document, KEYS = 'liandong-keys-off';

  function page() { return doc.querySelector('[data-review]'); }
  function boxes() { return Array.prototype.slice.call(doc.querySelectorAll('#duties [name="duty"], #many [name="key"]')); }
  function ticked() { return boxes().filter(function (box) { return box.checked; }); }
  function put(text, n) { return text.replace('{n}', n); }

  function count() {
    var n = ticked().length, said = doc.querySelector('[data-ticked]');
    if (!said) { return; }
    if (!said.dataset.none) { said.dataset.none = said.textContent; }
    var all = doc.querySelector('#many [name="scope"]');
    said.textContent = all && all.checked ? said.dataset.tickedAll : n ? put(said.dataset.ticked, n) : said.dataset.none;
    doc.querySelectorAll('#duties button[data-do]').forEach(function (button) {
      if (!button.dataset.plain) { button.dataset.plain = button.textContent; }
      button.textContent = n ? put(button.dataset.do, n) : button.dataset.plain;
    });
  }

  function ready() {
    count();
    if (!page()) { return; }
    var keys = doc.querySelector('[data-keys]');
    if (keys) { keys.hidden = localStorage.getItem(KEYS) === 'yes'; }
  }

  function ask(button, n) {
    var dialog = doc.querySelector('.ask'), answers = dialog.querySelectorAll('button');
    dialog.querySelector('h2').textContent = put(button.dataset.ask, n);
    answers[0].textContent = put(button.dataset.do, n);
    answers[1].textContent = button.dataset.not;
    dialog.returnValue = '';
    dialog.onclose = function () {
      if (dialog.returnValue === 'yes') { button.dataset.asked = 'yes'; button.form.requestSubmit(button); } else { button.focus(); }
    };
    dialog.showModal();
  }

  doc.addEventListener('change', function (e) { if (/^(duty|key|scope)$/.test(e.target.name)) { count(); } });
  doc.addEventListener('htmx:afterSettle', ready);
  doc.addEventListener('click', function (e) {
    var all = e.target.closest('[data-tick-all]');
    if (all) {
      e.preventDefault();
      var on = ticked().length < boxes().length;
      boxes().forEach(function (box) { box.checked = on; });
      count();
    }
    if (e.target.closest('[data-keys-off]')) { localStorage.setItem(KEYS, 'yes'); ready(); }
  });
  doc.addEventListener('submit', function (e) {
    var button = e.submitter, n = ticked().length;
    if (!button || !button.dataset.ask || n < 2) { return; }
    if (button.dataset.asked === 'yes') { delete button.dataset.asked; return; }
    e.preventDefault();
    ask(button, n);
  });

  function go(step) {
    var all = boxes(), at = all.indexOf(doc.activeElement), next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
    if (next) { next.focus(); next.closest('li').scrollIntoView({ block: 'center' }); }
  }
  function choose() {
    var box = doc.activeElement;
    if (!ticked().length && box && box.name === 'duty') { box.checked = true; count(); }
    return ticked().length > 0;
  }
  doc.addEventListener('keydown', function (e) {
    if (!page() || e.isComposing || e.ctrlKey || e.metaKey || e.altKey || localStorage.getItem(KEYS) === 'yes' || doc.querySelector('dialog[open]')) { return; }
    var at = doc.activeElement;
    if (at && (at.matches('select, textarea, [contenteditable]') || (at.matches('input') && !/checkbox|radio/.test(at.type)))) { return; }
    var key = e.key.toLowerCase();
    if (key === 'j') { go(1); } else if (key === 'k') { go(-1); }
    else if (key === 'a' && choose()) { doc.querySelector('#duties [value="confirmed"]').click(); }
    else if (key === 'r' && choose()) {
      var drop = doc.querySelector('[data-reject]').parentNode;
      drop.open = true;
      drop.querySelector('input').focus();
    }
    else if (key === 'z') { var undo = doc.querySelector('[data-undo]'); if (undo) { undo.click(); } }
    else { return; }
    e.preventDefault();
  });
  ready();
})();
