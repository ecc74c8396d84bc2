/* Enhancements of the import only: every page works without this file. */
(function () {
  'use strict';
  var doc = document, form = doc.querySelector('[data-upload]');
  if (!form || !window.FormData || !doc.querySelector('[data-sending]')) { return; }
  var queue = [], working = false, looks = 0, box = doc.querySelector('[data-sending]'), list = box.querySelector('ul'), said = box.querySelector('[data-said-here]');
  var limit = Number(form.dataset.limit), folder = form.querySelector('[data-folder]'), inputs = form.querySelectorAll('input[type="file"]'), counts = { done: 0, same: 0, bad: 0 };

  form.classList.add('is-script');
  form.querySelectorAll('[data-plain-words]').forEach(function (el) { el.hidden = true; });
  form.querySelector('[data-drop-words]').hidden = false;
  if ('webkitdirectory' in inputs[1]) { folder.hidden = false; }

  function show(file, path) {
    var li = doc.createElement('li'), name = doc.createElement('b'), bar = doc.createElement('progress'), state = doc.createElement('span');
    name.textContent = path ? path + '/' + file.name : file.name;
    bar.max = 100; bar.value = 0; bar.setAttribute('aria-label', name.textContent);
    state.textContent = '等待上传';
    li.append(name, bar, state);
    list.append(li); box.hidden = list.hidden = false;
    return { li: li, bar: bar, state: state };
  }
  function refuse(line, words) {
    line.bar.remove(); line.state.textContent = '没有收录'; line.state.className = 'is-bad';
    var why = doc.createElement('p'); why.textContent = words; line.li.append(why);
    counts.bad += 1;
  }
  var known = inputs[0].accept.split(','), kinds = JSON.parse(doc.getElementById('kinds').textContent), others = [], left = 0;
  function ends(name, endings) { return endings.some(function (ending) { return name.toLowerCase().slice(-ending.length) === ending; }); }
  function isLeft(name) { return name[0] === '.' || name === '__MACOSX' || /^~\$|^~WRL|^(thumbs\.db|desktop\.ini)$/i.test(name); }
  function put(file, path) {
    // What lies beside the documents of a folder is told once, and not sent; a file that was chosen alone is answered.
    if (path && isLeft(file.name)) { left += 1; tell(); return; }
    if (path && !ends(file.name, known)) { others.push(file.name); tell(); return; }
    var line = show(file, path);
    if (file.size > limit) { refuse(line, form.dataset.limitWords); tell(); return; }
    queue.push({ file: file, path: path, line: line });
    next();
  }
  var passed = box.querySelector('[data-skipped]');
  // The words are those that the server says of what it leaves in an archive (sources/others.py).
  function tell() {
    said.textContent = '已上传 ' + counts.done + ' 个文件' + (counts.same ? '，已有 ' + counts.same + ' 个' : '') + (counts.bad ? '，没有收录 ' + counts.bad + ' 个' : '');
    if (!others.length && !left) { return; }
    var words = kinds.map(function (kind, at) {
      var names = others.filter(function (name) { return kinds.findIndex(function (one) { return ends(name, one.endings) || one === kinds[kinds.length - 1]; }) === at; });
      return names.length ? kind.name + ' ' + names.length + ' 个（' + names.slice(0, 5).join('、') + (names.length > 5 ? '等' : '') + '），' + kind.advice + '。' : '';
    });
    if (left) { words.push(passed.dataset.leftBehind + ' ' + left + ' 个，不必处理。'); }
    box.hidden = false; passed.hidden = false; passed.textContent = '文件夹里另有 ' + (others.length + left) + ' 个文件没有导入：' + words.join('');
  }

  function next() {
    if (working || !queue.length) { return; }
    working = true;
    var item = queue.shift(), line = item.line, data = new FormData(), request = new XMLHttpRequest();
    data.append('csrfmiddlewaretoken', liandong.token() || form.querySelector('[name="csrfmiddlewaretoken"]').value);
    data.append('folder', item.path);
    data.append('file', item.file);
    request.open('POST', form.action);
    request.setRequestHeader('Accept', 'application/json');
    request.upload.addEventListener('progress', function (e) {
      if (!e.lengthComputable) { return; }
      line.bar.value = 100 * e.loaded / e.total;
      line.state.textContent = e.loaded < e.total ? '正在上传 ' + Math.floor(100 * e.loaded / e.total) + '%' : '正在检查';
      if (e.loaded === e.total) { line.bar.removeAttribute('value'); }
    });
    request.addEventListener('load', function () {
      var answer = null;
      try { answer = JSON.parse(request.responseText); } catch (error) { answer = null; }
      if (!answer) { refuse(line, '没有上传：' + liandong.refusal(request)); }
      else { answered(line, answer.files); }
      after();
    });
    request.addEventListener('error', function () { refuse(line, '没有上传：' + liandong.refusal(null)); after(); });
    request.send(data);
  }
  function answered(line, files) {
    function of(state) { return files.filter(function (file) { return file.origin !== 'rest' && state.indexOf(file.state) >= 0; }).length; }
    var bad = of(['refused', 'secret']), taken = of(['waiting', 'reading', 'ready']);
    if (files.length === 1 && bad) { refuse(line, files[0].message); line.state.textContent = files[0].words; return; }
    line.bar.value = 100; counts.done += taken; counts.same += of(['same']); counts.bad += bad;
    line.state.textContent = files.length === 1 ? files[0].words : '取出 ' + taken + ' 个文件';
    files.forEach(function (file) {
      if (!file.message) { return; }
      var why = doc.createElement('p');
      if (file.state === 'refused' || file.state === 'secret') { why.className = 'is-bad'; }
      why.textContent = (files.length < 2 || file.origin === 'rest' ? '' : (file.name || '第 ' + file.number + ' 个文件') + '：') + file.message; line.li.append(why);
    });
    if (files.length === 1 && !files[0].message) { setTimeout(function () { line.li.remove(); list.hidden = !list.children.length; }, 2500); }
  }
  function after() {
    working = false; tell();
    look();
    next();
  }
  // The list is put where #list stands when the answer comes: one that is asked by its place of before may find that place gone, and the last file missing.
  function look() {
    var mine = looks += 1;
    fetch(location.pathname + location.search, { credentials: 'same-origin' }).then(function (answer) { return answer.ok ? answer.text() : ''; }).then(function (text) {
      var fresh = text && new DOMParser().parseFromString(text, 'text/html').querySelector('#list'), old = doc.querySelector('#list');
      if (!fresh || !old || mine < looks) { return; }
      fresh = doc.adoptNode(fresh);
      old.replaceWith(fresh);
      if (window.htmx) { htmx.process(fresh); }
    }).catch(function () { /* the network is gone: the line of the file says so */ });
  }

  inputs.forEach(function (input) {
    input.addEventListener('change', function () {
      Array.prototype.forEach.call(input.files, function (file) {
        var parts = (file.webkitRelativePath || '').split('/');
        if (parts.slice(0, -1).some(isLeft)) { left += 1; tell(); } else { put(file, parts.slice(0, -1).join('/')); }
      });
      input.value = '';
    });
  });
  function walk(entry, path) {
    if (!entry.isFile && isLeft(entry.name)) { left += 1; tell(); return; }
    if (entry.isFile) { entry.file(function (file) { put(file, path); }); return; }
    var reader = entry.createReader(), inside = path ? path + '/' + entry.name : entry.name;
    (function more() {
      reader.readEntries(function (entries) { if (entries.length) { entries.forEach(function (one) { walk(one, inside); }); more(); } });
    })();
  }
  ['dragover', 'dragleave', 'drop'].forEach(function (kind) {
    doc.addEventListener(kind, function (e) {
      if (!e.dataTransfer || Array.prototype.indexOf.call(e.dataTransfer.types, 'Files') < 0) { return; }
      e.preventDefault();
      form.classList.toggle('is-over', kind === 'dragover');
      if (kind !== 'drop') { return; }
      var entries = Array.prototype.map.call(e.dataTransfer.items || [], function (item) { return item.webkitGetAsEntry && item.webkitGetAsEntry(); });
      if (entries.length && entries.every(Boolean)) { entries.forEach(function (entry) { walk(entry, ''); }); }
      else { Array.prototype.forEach.call(e.dataTransfer.files, function (file) { put(file, ''); }); }
    });
  });
  addEventListener('beforeunload', function (e) { if (working || queue.length) { e.preventDefault(); } });
})();

/* Checking an import: the original follows the field, what is being saved is waited for, publishing asks first. */
(function () {
  'use strict';
  var doc = document, flying = new Set(), held = null, asked = '';

  function here() {
    var mark = doc.getElementById('here'), box = mark && mark.closest('[data-source]');
    if (box) { box.scrollTop = Math.max(0, mark.offsetTop - box.offsetTop - box.clientHeight / 3); }
  }
  function focus() { var note = doc.querySelector('[data-focus]'); if (note) { note.focus(); } }
  doc.addEventListener('htmx:afterSettle', here);
  doc.addEventListener('htmx:afterSwap', function (e) { if (e.detail.target && e.detail.target.id === 'check') { focus(); } });
  here(); focus();

  doc.addEventListener('focusin', function (e) {
    if (!e.target.matches('[data-find]') || !window.Highlight || !CSS.highlights) { return; }
    CSS.highlights.delete('liandong-field');
    var box = doc.querySelector('[data-source]'), words = e.target.value.trim();
    if (!box || !words) { return; }
    var walker = doc.createTreeWalker(box, NodeFilter.SHOW_TEXT), node;
    while ((node = walker.nextNode())) {
      var at = node.data.indexOf(words.slice(0, 200));
      if (at < 0) { continue; }
      var range = doc.createRange();
      range.setStart(node, at); range.setEnd(node, at + Math.min(words.length, 200));
      CSS.highlights.set('liandong-field', new Highlight(range));
      box.scrollTop += range.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
      return;
    }
  });

  // What has not changed stays: a button replaced between press and release of the pointer would miss the click, and the focus would be lost.
  doc.addEventListener('htmx:oobBeforeSwap', function (e) {
    if (e.detail.fragment.firstElementChild && e.detail.target.isEqualNode(e.detail.fragment.firstElementChild)) { e.detail.shouldSwap = false; }
  });
  doc.addEventListener('htmx:afterSettle', function () {
    doc.querySelectorAll('#identity [name]').forEach(function (field) {
      if (doc.getElementById('h-' + field.name).matches('.hint--bad')) { field.setAttribute('aria-invalid', 'true'); } else { field.removeAttribute('aria-invalid'); }
    });
  });

  // What is entered while the answer to a correction is on its way is put into the answer, and then saved.
  var sent = null, since = {};
  function entered() {
    var values = {};
    doc.querySelectorAll('#identity [name]').forEach(function (field) { values[field.name] = field.value; });
    return values;
  }
  doc.addEventListener('htmx:beforeRequest', function (e) { sent = e.detail.target.id === 'check' ? entered() : null; });
  doc.addEventListener('htmx:beforeSwap', function (e) {
    if (e.detail.target.id !== 'check' || !sent) { return; }  // an answer that somebody else was first shows both, and is not written over
    var now = entered();
    since = {};
    Object.keys(now).forEach(function (name) { if (now[name] !== sent[name]) { since[name] = now[name]; } });
  });
  doc.addEventListener('htmx:afterSettle', function () {
    if (doc.querySelector('#check [data-focus]')) { since = {}; }
    var names = Object.keys(since), field;
    names.forEach(function (name) { field = doc.getElementById('f-' + name); field.value = since[name]; });
    since = {};
    if (field) { field.dispatchEvent(new Event('change', { bubbles: true })); }
  });

  // Without a line break in it the paragraph is divided where the cursor stands; before the request is made.
  doc.addEventListener('click', function (e) {
    var box = e.target.closest && e.target.closest('#p-divide') && doc.getElementById('p-words');
    if (!box || box.value.indexOf('\n') >= 0 || box.selectionStart === 0 || box.selectionStart >= box.value.length) { return; }
    box.setRangeText('\n', box.selectionStart, box.selectionStart, 'end');
  }, true);

  // Known by their request: the element that sent one may be gone when it ends.
  var inPanel = false;
  doc.addEventListener('htmx:beforeRequest', function (e) { flying.add(e.detail.xhr); inPanel = Boolean(e.detail.elt.closest('.panel')); });
  doc.addEventListener('htmx:afterSettle', function () {
    // Whoever corrects by keyboard stays in the panel, also where the button just used is gone.
    var words = inPanel && (!doc.activeElement || doc.activeElement === doc.body) && doc.getElementById('p-words');
    if (words) { words.focus({ preventScroll: true }); }
  });
  doc.addEventListener('htmx:afterRequest', function (e) {
    flying.delete(e.detail.xhr);
    setTimeout(function () {
      if (!held || flying.size) { return; }
      var go = now(held);
      held = null;
      if (go && !doc.querySelector('#check [data-focus]')) { go.form.requestSubmit(go); } else { asked = ''; }  // a refusal is read first
    }, 50);
  });
  doc.addEventListener('submit', function (e) {
    var button = e.submitter;
    if (!e.target.matches('[data-check]') || !button || !button.matches('[data-once]')) { return; }
    if (button.dataset.sure && button.dataset.sure !== asked) { e.preventDefault(); ask(button); return; }
    if (flying.size) { e.preventDefault(); held = button; return; }
    if (e.target.dataset.sent === 'yes') { e.preventDefault(); return; }
    e.target.dataset.sent = 'yes';
    e.target.setAttribute('aria-busy', 'true');
  });
  addEventListener('pageshow', function () { var form = doc.querySelector('[data-check]'); if (form) { delete form.dataset.sent; } });
  // An answer may have put another button in the place of the one that was used.
  function now(button) { return button.isConnected ? button : doc.querySelector('.actbar [value="' + button.value + '"]'); }
  function ask(button) {
    var dialog = doc.querySelector('.ask'), answers = dialog.querySelectorAll('button');
    dialog.querySelector('h2').textContent = button.dataset.sure;
    dialog.querySelector('[data-ask-words]').textContent = button.dataset.words ? button.dataset.words : doc.getElementById('f-title') ? '《' + doc.getElementById('f-title').value + '》' : '';
    answers[0].textContent = button.dataset.yes; answers[1].textContent = button.dataset.no;
    dialog.returnValue = '';
    dialog.onclose = function () {
      var go = now(button);
      if (dialog.returnValue === 'yes' && go.dataset.sure === button.dataset.sure) { asked = go.dataset.sure; go.form.requestSubmit(go); } else { go.focus(); }
    };
    dialog.showModal();
  }
  function unsaved(e) {
    var saved = doc.getElementById('saved-at');
    if (saved) { saved.textContent = '没有保存：' + liandong.refusal(e.detail.xhr); saved.className = 'hint--bad'; }
  }
  doc.addEventListener('htmx:responseError', unsaved);
  doc.addEventListener('htmx:sendError', unsaved);
})();
