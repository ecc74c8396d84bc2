/* What Wagtail's own scripts send (saving by itself, choosers, the order of pages, answers to a review). They keep the token that stood in the page
   when it was opened: here each request takes that of the sign-in as it leaves (`sent.js`). One that is refused is told in words; Wagtail says
   nothing, or that the server has an error. */
(function () {
  'use strict';
  var site = window.liandong, NAME = 'csrfmiddlewaretoken', HEADER = 'X-CSRFToken', told = '', waits = 0;

  function ours(address) { return new URL(address, location.href).origin === location.origin; }
  function renewed(body) {
    var token = site.token();
    if (!token) { return body; }
    if (typeof body === 'string') { return body.replace(/(^|&)csrfmiddlewaretoken=[^&]*/, '$1' + NAME + '=' + encodeURIComponent(token)); }
    if ((body instanceof FormData || body instanceof URLSearchParams) && body.has(NAME)) { body.set(NAME, token); }
    return body;
  }
  // The same thing once (who else has the page open is asked every few seconds), and no longer than it is true.
  function tell(text) {
    if (text === told) { return; }
    document.dispatchEvent(text ? new CustomEvent('w-messages:add', { detail: { clear: true, text: text, type: 'error' } }) : new CustomEvent('w-messages:clear'));
    told = text;
  }

  var fetched = window.fetch;
  window.fetch = function (address, options) {
    if (!options || typeof address !== 'string' && !(address instanceof URL) || !ours(address)) { return fetched.call(window, address, options); }
    var headers = new Headers(options.headers), body = renewed(options.body);
    if (headers.has(HEADER) && site.token()) { headers.set(HEADER, site.token()); }
    return fetched.call(window, address, Object.assign({}, options, { headers: headers, body: body })).then(function (answer) {
      if (answer.ok) { tell(''); }
      else if (answer.headers.has('X-Refused')) { tell(site.words[answer.headers.get('X-Refused')]); }
      return answer;
    });
  };

  var xhr = XMLHttpRequest.prototype, opened = xhr.open, named = xhr.setRequestHeader, sent = xhr.send;
  xhr.open = function (verb, address) { this.ours = ours(address); return opened.apply(this, arguments); };
  xhr.setRequestHeader = function (name, value) {
    return named.call(this, name, this.ours && name.toLowerCase() === HEADER.toLowerCase() && site.token() || value);
  };
  xhr.send = function (body) {
    if (!this.ours) { return sent.call(this, body); }
    this.addEventListener('error', function () { tell(site.refusal(this)); });
    this.addEventListener('load', function () {
      if (this.status < 400) { tell(''); } else if (this.status >= 500 || this.getResponseHeader('X-Refused')) { tell(site.refusal(this)); }
    });
    return sent.call(this, renewed(body));
  };

  // Saving by itself: before Wagtail's own listeners, which show the words that the event holds.
  window.addEventListener('w-autosave:error', function (e) {
    var why = e.detail.response && e.detail.response.error_code;
    if (site.words[why]) { e.detail.text = site.words[why]; }
    if (why === 'signed-out') { goOn(site.token()); }
  }, true);
  // Who has signed in again in another window finds it going on: that brings a new token.
  function goOn(before) {
    clearInterval(waits);
    waits = setInterval(function () {
      var form = document.querySelector('form[data-controller~="w-autosave"]');
      if (!form || !site.token() || site.token() === before) { return; }
      clearInterval(waits);
      form.dispatchEvent(new CustomEvent('w-unsaved:add', { cancelable: true, detail: { type: 'edits' } }));
    }, 1000);
  }
})();
