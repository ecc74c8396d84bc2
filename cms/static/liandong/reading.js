/* Enhancements of the reading pages only: each of them works without this file. */
(function () {
  'use strict';
  var doc = document;

  // «复制引文»: the citation is the document's and the place of the clause. liandong.js copies what data-copy holds.
  doc.addEventListener('click', function (e) {
    var button = e.target.closest('[data-path]'), article = doc.querySelector('[data-cite]');
    if (button && article) { button.dataset.copy = article.dataset.cite + button.dataset.path; }
  }, true);

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
  // On a phone a chosen line of the outline folds it again.
  if (box) {
    box.addEventListener('click', function (e) {
      if (e.target.closest('a') && matchMedia('(max-width: 56rem)').matches) { box.open = false; }
    });
  }
})();

/* Checking duties: counting what is ticked, asking before many are decided on, keys. */
(function () {
  'use strict';
  var doc = document, KEYS = 'liandong-keys-off';

  function page() { return doc.querySelector('[data-review]'); }
  function boxes() { return Array.prototype.slice.call(doc.querySelectorAll('#duties [name="duty"]')); }
  function ticked() { return boxes().filter(function (box) { return box.checked; }); }
  function put(text, n) { return text.replace('{n}', n); }

  function count() {
    var n = ticked().length, said = doc.querySelector('[data-ticked]');
    if (!said) { return; }
    if (!said.dataset.none) { said.dataset.none = said.textContent; }
    said.textContent = n ? put(said.dataset.ticked, n) : said.dataset.none;
    doc.querySelectorAll('#duties button[data-do]').forEach(function (button) {
      if (!button.dataset.plain) { button.dataset.plain = button.textContent; }
      button.textContent = n ? put(button.dataset.do, n) : button.dataset.plain;
    });
  }

  function ready() {
    if (!page()) { return; }
    count();
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

  doc.addEventListener('change', function (e) { if (e.target.name === 'duty') { count(); } });
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
