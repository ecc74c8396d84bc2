/* The contacts of a unit: asks at once what another name means. Without this file the form asks when it is sent. */
(function () {
  'use strict';
  var doc = document, own = ['mobile', 'since', 'office_phone'];

  function plain(words) { return /^[\x00-\x7f]*$/.test(words) ? words.trim() : words.replace(/\s+/g, ''); }

  doc.querySelectorAll('[data-renamed]').forEach(function (box) {
    var person = box.closest('.person'), name = person.querySelector('[name$="-name"]');
    var other = box.querySelector('[data-other]'), office = box.querySelector('[data-office]'), away = {};

    function field(key) { return person.querySelector('[name$="-' + key + '"]'); }
    function asked() {
      var words = plain(name.value), renamed = words !== '' && words !== box.dataset.renamed;
      if (!renamed && !box.hidden) {
        box.querySelectorAll('input').forEach(function (input) { input.checked = false; });
        numbers();
      }
      box.hidden = !renamed;
    }
    // What is the predecessor's own goes out of sight at once, and comes back when it is the same person after all.
    function numbers() {
      own.forEach(function (key) {
        var input = field(key), was = box.getAttribute('data-' + key), goes = other.checked && !(key === 'office_phone' && office && office.checked);
        if (goes && was && input.value === was) { away[key] = true; input.value = ''; }
        if (!goes && away[key]) { away[key] = false; if (input.value === '') { input.value = was; } }
      });
    }
    if (other.checked) { own.forEach(function (key) { away[key] = field(key).value === ''; }); numbers(); }
    name.addEventListener('input', function (e) { if (!e.isComposing) { asked(); } });
    name.addEventListener('compositionend', asked);
    box.addEventListener('change', numbers);
  });
})();
