/* The live session: follow the group, count down quietly, and never take away what somebody is writing.
   Without this script the page says the same; it then has a link to refresh it. */
(() => {
  "use strict";
  const find = (id) => document.getElementById(id);
  let ends = 0;
  let said = find("now") ? find("now").dataset.said : "";
  let unfolded = [];

  /* the listening screen of who has no scripts refreshes by itself: there notes have a page of their own */
  const showNotes = () => { if (find("notes")) find("notes").hidden = false; };

  /* the time ------------------------------------------------------------- */
  const startClock = () => {
    const clock = find("clock");
    ends = clock ? Date.now() + Number(clock.dataset.left) * 1000 : 0;
    tick();
  };
  const tick = () => {
    const clock = find("clock");
    if (!clock) return;
    const left = Math.round((ends - Date.now()) / 1000);
    const minutes = Math.ceil(left / 60);
    const words = left <= 0 ? clock.dataset.over : minutes > 1 ? clock.dataset.many.replace("{num}", minutes) : clock.dataset.one;
    if (find("left").textContent !== words) find("left").textContent = words;
    find("bar").value = Math.min(Number(clock.dataset.whole), Number(clock.dataset.whole) - left);
  };

  /* what somebody is writing stays ---------------------------------------- */
  const writing = () =>
    [...document.querySelectorAll("#write textarea")].some((area) => area.value !== area.defaultValue || "cameBack" in area.dataset);

  const lose = (status) => {
    find("lost").hidden = false;
    find("now").removeAttribute("hx-get");
    find("now").removeAttribute("hx-trigger");
    if (status === 404) {
      find("now").replaceChildren();
      find("course").replaceChildren();
      if (!writing()) find("write").replaceChildren();
    }
    if (window.htmx) window.htmx.process(find("now"));
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden || !find("lost").hidden) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", () => {
    unfolded = [...document.querySelectorAll("#now details[open]")].map((details) => details.id);
  });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.detail.target.id === "write" && writing()) {
      event.detail.shouldSwap = false;
      find("behind").hidden = false;
    }
  });
  document.addEventListener("htmx:load", (event) => {
    showNotes();
    if (event.target.id !== "now") return;
    unfolded.forEach((id) => { if (find(id)) find(id).open = true; });
    if (find("now").dataset.said !== said) {
      said = find("now").dataset.said;
      find("said").textContent = said;
    }
    startClock();
  });
  document.addEventListener("htmx:responseError", (event) => {
    if ([401, 403, 404].includes(event.detail.xhr.status)) lose(event.detail.xhr.status);
  });
  document.addEventListener("visibilitychange", () => {
    tick();
    if (!document.hidden && window.htmx && find("now")) window.htmx.trigger("#now", "refresh");
  });
  showNotes();
  startClock();
  setInterval(tick, 1000);
})();
