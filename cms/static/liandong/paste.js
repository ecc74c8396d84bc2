/* Text that was copied with its format: the plain words stand there at once, those of its lists and tables take their place. Works without this file. */
(function () {
  'use strict';
  var doc = document, box = doc.querySelector('[data-paste]');
  if (!box || !window.FormData || !window.fetch) { return; }
  var told = doc.querySelector('[data-pasted]'), words = told.querySelector('[data-pasted-said]'), list = told.querySelector('ul'), plain = told.querySelector('button'), said = box.dataset, last = null;

  function tell(text, bad, remarks) {
    told.hidden = false;
    told.classList.toggle('is-bad', Boolean(bad));
    words.textContent = text;
    list.textContent = '';
    (remarks || []).forEach(function (remark) { var line = doc.createElement('li'); line.textContent = remark; list.append(line); });
    list.hidden = !list.children.length;
    plain.hidden = true;
  }
  function fits(start, end, text) { return box.value.length - (end - start) + text.length <= box.maxLength; }
  function swap(from, to) {
    if (box.value.slice(last.at, last.at + from.length) !== from) { return false; }
    box.setRangeText(to, last.at, last.at + from.length, 'end');
    return true;
  }

  box.addEventListener('paste', function (e) {
    var data = e.clipboardData, html = data && data.getData('text/html'), text = data && data.getData('text/plain').replace(/\r\n?/g, '\n');
    if (!data) { return; }
    if (!fits(box.selectionStart, box.selectionEnd, text)) { e.preventDefault(); tell(said.long, true); return; }
    if (!html || !/<[a-z]/i.test(html)) { return; }
    e.preventDefault();
    var mine = last = { at: box.selectionStart, plain: text };
    box.setRangeText(text, box.selectionStart, box.selectionEnd, 'end');
    read(html, mine);
  });
  function read(html, mine) {
    var form = new FormData();
    form.append('csrfmiddlewaretoken', box.form.querySelector('[name="csrfmiddlewaretoken"]').value);
    form.append('html', new Blob([html], { type: 'text/html' }), 'clipboard.html');
    tell(said.reading);
    box.setAttribute('aria-busy', 'true');
    fetch(said.paste, { method: 'POST', body: form, credentials: 'same-origin', headers: { Accept: 'application/json' } })
      .then(function (answer) { return answer.json().catch(function () { return {}; }); }, function () { return {}; })
      .then(function (answer) {
        if (mine !== last) { return; }
        box.removeAttribute('aria-busy');
        if (!answer.words) { tell(said.lost.replace('{why}', answer.refused || said.offline), true); return; }
        if (!fits(0, mine.plain.length, answer.words)) { tell(said.lost.replace('{why}', said.long), true); return; }
        if (!swap(mine.plain, answer.words)) { tell(said.edited, true); return; }
        mine.made = answer.words;
        tell(said.read, false, answer.said);
        plain.hidden = false;
      });
  }
  plain.addEventListener('click', function () {
    var done = swap(last.made, last.plain);
    tell(done ? said.back : said.edited, !done);
    box.focus();
  });
})();
