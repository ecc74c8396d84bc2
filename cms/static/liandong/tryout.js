// The try-out of an everyday word: sends what the form holds now and shows both answers side by side. Nothing is saved.
(() => {
  const box = document.querySelector("[data-tryout]");
  if (!box) { return; }
  const field = name => document.querySelector(`form [name="${name}"]`);
  const input = box.querySelector("input"), button = box.querySelector("button"), found = box.querySelector(".tryout__found");
  let turn = 0;
  const say = words => { const line = document.createElement("p"); line.className = "tryout__bad"; line.setAttribute("role", "alert"); line.textContent = words; found.replaceChildren(line); };
  const ask = async () => {
    const mine = ++turn;
    const params = new URLSearchParams({ q: input.value, word: field("word").value, official: field("official").value, was: box.dataset.was, active: field("active").checked });
    if (!params.get("q").trim() && !params.get("word").trim()) { say("请先填写常用说法。"); field("word").focus(); return; }
    found.setAttribute("aria-busy", "true");
    button.disabled = true;
    try {
      const answer = await fetch(`${box.dataset.tryout}?${params}`, { headers: { "X-Requested-With": "XMLHttpRequest" } });
      if (mine !== turn) { return; }
      if (answer.redirected || answer.status === 403) { say("登录已结束或没有权限。请在另一个窗口登录后再试，已填写的内容不会丢失。"); return; }
      if (answer.status >= 500 && answer.status !== 503) { say("没有查到结果：服务出错，请稍后再试。已填写的内容不受影响。"); return; }
      found.innerHTML = await answer.text();
    } catch { if (mine === turn) { say("连接不上服务器，请检查网络后再试。已填写的内容不会丢失。"); } }
    finally { if (mine === turn) { found.removeAttribute("aria-busy"); button.disabled = false; } }
  };
  button.addEventListener("click", ask);
  input.addEventListener("keydown", event => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); ask(); } });
})();
