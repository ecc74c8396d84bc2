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
