/* What forms send, in the pages of the product and in the administration. Signing in renews the token that each form carries, in every window
   at once; a page that was open before takes the new one from the cookie, so that what was entered in it can still be saved. */
(function () {
  'use strict';
  var NAME = 'csrfmiddlewaretoken';
  function cookie(name) { var found = document.cookie.match(new RegExp('(?:^|;\\s*)' + name + '=([^;]+)')); return found && found[1]; }
  // Not where somebody else has signed in since: what one person entered is not saved in the name of another.
  function same() {
    var head = document.querySelector('meta[name="who"]'), mine = document.documentElement.dataset.who || head && head.content;
    return !mine || !cookie('who') || mine === cookie('who');
  }
  function token() { return same() ? cookie('csrftoken') : null; }

  // Fired for forms that are sent and for those that a script reads (autosave).
  document.addEventListener('formdata', function (e) { if (e.formData.has(NAME) && token()) { e.formData.set(NAME, token()); } });
  document.addEventListener('htmx:configRequest', function (e) {
    if (e.detail.verb !== 'get' && token()) { e.detail.parameters[NAME] = token(); }
  });

  // Why a request was not carried out: what is true, and what to do now.
  var WORDS = {
    'signed-out': '您没有登录，或者登录已过期。请在新窗口登录，再回到本页重试，填写的内容还在。',
    'no-right': '您的账号不能办理这一项。如工作需要，请联系协调机构开通。',
    'stale-form': '没有保存：本页打开以后，这台电脑的别的窗口重新登录过。同一个人登录的，请再试一次；换了人的，请复制填写的内容，刷新本页后再办理。'
  };
  function refusal(request) {
    var why = request && request.status ? request.getResponseHeader('X-Refused') : '';
    if (WORDS[why]) { return WORDS[why]; }
    if (!request || !request.status) { return '网络中断。填写的内容还在，请检查网络后再试。'; }
    if (request.status === 404 || request.status === 410) { return '这项内容已经移走或者删除。请刷新本页。'; }
    return '服务器没有办理成功（' + request.status + '）。填写的内容还在，请稍后再试；仍然不行的，请联系系统管理员。';
  }
  window.liandong = { token: token, same: same, refusal: refusal, words: WORDS };
})();
