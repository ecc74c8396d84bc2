/* Parts of Wagtail's administration that the keyboard or a screen reader does not reach, and scripts that it writes into pages. Mended as they come. */
(function () {
  'use strict';
  var doc = document;
  // What starts calendars and choosers: Wagtail writes scripts into the page for it, which the policy of the site forbids.
  function run() {
    doc.querySelectorAll('[data-run]').forEach(function (mark) {
      var started = window[mark.dataset.run], args = JSON.parse(mark.dataset.args);
      if (!started) { return; }
      mark.remove();
      if (mark.dataset.new) { Reflect.construct(started, args); } else { started.apply(null, args); }
    });
  }
  function name(field, words) {
    if (field && words && !field.hasAttribute('aria-label')) { field.setAttribute('aria-label', words.textContent.replace(/[\s*]+/g, ' ').trim()); }
  }
  function mend() {
    run();
    // who else has the page open: a picture whose name is in a bubble only
    doc.querySelectorAll('button.w-editing-sessions__session:not([aria-label])').forEach(function (button) {
      var bubble = button.querySelector('.w-editing-sessions__popup') || (button._tippy && button._tippy.props.content);
      if (bubble && bubble.textContent) { button.setAttribute('aria-label', bubble.textContent.replace(/\s+/g, ' ').trim()); }
    });
    // files are chosen behind a button, keywords written in a box of their own: neither has the words beside it as its name
    doc.querySelectorAll('.replace-file-input').forEach(function (box) { name(box.querySelector('input[type=file]'), box.querySelector('button')); });
    doc.querySelectorAll('ul.tagit').forEach(function (box) {
      var field = box.parentElement.querySelector('input[id]:not(.ui-autocomplete-input)');
      name(box.querySelector('.tagit-new input'), field && doc.querySelector('label[for="' + field.id + '"]'));
    });
    doc.querySelectorAll('#w-slim-header-buttons[aria-label="Actions"]').forEach(function (bar) { bar.setAttribute('aria-label', '操作'); });
    // the map of a long form scrolls
    doc.querySelectorAll('[data-minimap-container] *').forEach(function (box) {
      var scrolls = box.matches('.w-minimap__list') || /auto|scroll/.test(getComputedStyle(box).overflowY);
      if (box.tabIndex < 0 && scrolls) { box.tabIndex = 0; }
    });
  }
  // what a form could not save is handed back with a button that copies it, as on the site
  doc.addEventListener('click', function (e) {
    var b = e.target.closest('[data-copy]');
    if (!b || !navigator.clipboard) { return; }
    navigator.clipboard.writeText(b.dataset.copy);
    b.querySelector('span').textContent = '已复制';
  });
  var due = 0;
  function later() { if (!due) { due = setTimeout(function () { due = 0; mend(); }, 200); } }
  doc.addEventListener('DOMContentLoaded', function () {
    var boxes = doc.querySelectorAll('[data-minimap-container], .w-editing-sessions, [data-controller~="w-session"]');
    boxes.forEach(function (box) { new MutationObserver(later).observe(box, { childList: true, subtree: true }); });
    new MutationObserver(function () { if (doc.querySelector('[data-run], .tagit-new input:not([aria-label])')) { later(); } }).observe(doc.body, { childList: true, subtree: true });
    mend();
  });
  window.addEventListener('load', later);
})();
