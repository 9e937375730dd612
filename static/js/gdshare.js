/* Small improvements over pages that work without script. Attributes it reads:
   data-picker            a set of rows with tick boxes; inside it data-all (master box), data-one (a row's box),
                          data-count (how many are ticked), data-filter (text field that hides rows),
                          data-only="3" (button: rows whose data-grade is at least 3; "" shows all)
   data-row               a row for j, k, x, Enter; table rows and .gd-res articles count too
   data-hotkey="h"        a link for `g` then the key
   data-choice="1"        a radio button or link for the keys 1 to 5
   data-send              the form that Ctrl+Enter sends; data-guard: warn before leaving it unsaved
   data-autosave-status   where the saving of the form around it is told
   data-case="prev|next"  links for [ and ]
   data-toast             gone after five seconds
   data-open="id"         opens a dialog; data-menu: a details element that closes by itself
   data-live              after a swap its text is read out
   data-confirm="…"       asks before a form is sent
   data-print             opens the browser's print dialog; hidden until this script can do it */
"use strict";

(function () {
  var doc = document;
  var store = {
    get: function (key) { try { return localStorage.getItem(key); } catch (e) { return null; } },
    set: function (key, value) { try { localStorage.setItem(key, value); } catch (e) { /* private mode */ } }
  };
  function all(selector, root) { return Array.prototype.slice.call((root || doc).querySelectorAll(selector)); }
  function one(selector, root) { return (root || doc).querySelector(selector); }
  function say(text) { var live = one("#live"); if (live) { live.textContent = text; } }

  /* toasts */
  function toast(text) {
    var box = doc.createElement("div");
    var icon = doc.createElement("i");
    var words = doc.createElement("span");
    box.className = "gd-toast";
    icon.className = "ti ti-circle-check";
    icon.setAttribute("aria-hidden", "true");
    words.textContent = text;
    box.appendChild(icon);
    box.appendChild(words);
    one("#toasts").appendChild(box);
    fade(box);
  }
  function fade(box) { setTimeout(function () { if (box.parentNode) { box.parentNode.removeChild(box); } }, 5000); }

  /* a set of rows with tick boxes */
  function refreshPicker(picker) {
    var boxes = all("[data-one]", picker).filter(function (box) { return !box.disabled; });
    var ticked = boxes.filter(function (box) { return box.checked; });
    all("[data-all]", picker).forEach(function (master) {
      master.checked = boxes.length > 0 && ticked.length === boxes.length;
      master.indeterminate = ticked.length > 0 && ticked.length < boxes.length;
    });
    all("[data-count]", picker).forEach(function (place) { place.textContent = String(ticked.length); });
    boxes.forEach(function (box) {
      var row = box.closest("tr, [data-row]");
      if (row) { row.classList.toggle("sel", box.checked === true); }
    });
  }
  function filterPicker(picker) {
    var field = one("[data-filter]", picker);
    var words = field ? field.value.trim().toLowerCase() : "";
    var pressed = one("[data-only][aria-pressed=true]", picker);
    var least = pressed ? Number(pressed.getAttribute("data-only") || 0) : 0;
    var shown = 0;
    all("[data-one]", picker).forEach(function (box) {
      var row = box.closest("tr, [data-row]");
      if (!row) { return; }
      var fits = row.textContent.toLowerCase().indexOf(words) >= 0 && Number(row.getAttribute("data-grade") || 0) >= least;
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    say("显示 " + shown + " 项");
  }

  /* rows under j and k */
  function rows() {
    return all("main [data-row], main .gd-res, main .gd-table tbody tr").filter(function (row) {
      return !row.hidden && row.offsetParent !== null && one("a[href], input, button", row);
    });
  }
  function step(by) {
    var list = rows();
    if (!list.length) { return; }
    var here = list.findIndex(function (row) { return row.contains(doc.activeElement); });
    var next = list[Math.max(0, Math.min(list.length - 1, here < 0 ? 0 : here + by))];
    one("a[href], input, button", next).focus();
    next.scrollIntoView({ block: "nearest" });
  }

  /* keys */
  var waiting = false;
  function typing(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(checkbox|radio|button|submit)$/.test(target.type);
  }
  function follow(selector) { var link = one(selector); if (link) { link.click(); } return Boolean(link); }
  function onKey(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      var form = (event.target.closest && event.target.closest("form")) || one("form[data-send]");
      if (form && form.requestSubmit) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || store.get("gd-keys") === "off") { return; }
    var done = true;
    if (waiting) {
      waiting = false;
      done = follow("[data-hotkey='" + event.key.replace(/[^a-z]/g, "") + "']");
    } else if (event.key === "g") { waiting = true; setTimeout(function () { waiting = false; }, 1200);
    } else if (event.key === "/") { var field = one("form[role=search] input[name=q]"); if (field) { field.focus(); field.select(); }
    } else if (event.key === "?") { open("keys");
    } else if (event.key === "j") { step(1);
    } else if (event.key === "k") { step(-1);
    } else if (event.key === "x") {
      var row = doc.activeElement.closest("tr, [data-row], .gd-res");
      var box = row && one("input[type=checkbox]:not(:disabled)", row);
      if (box) { box.click(); }
    } else if (/^[1-5]$/.test(event.key)) {
      var choice = one("[data-choice='" + event.key + "']");
      done = Boolean(choice);
      if (choice) { choice.focus(); choice.click(); }
    } else if (event.key === "[") { done = follow("[data-case=prev]");
    } else if (event.key === "]") { done = follow("[data-case=next]");
    } else { done = false; }
    if (done) { event.preventDefault(); }
  }

  function open(id) { var box = doc.getElementById(id); if (box && box.showModal && !box.open) { box.showModal(); } }

  /* tabs by the ARIA pattern */
  function choose(tab) {
    all("[role=tab]", tab.closest("[role=tablist]")).forEach(function (other) {
      var panel = doc.getElementById(other.getAttribute("aria-controls"));
      other.setAttribute("aria-selected", String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
      if (panel) { panel.hidden = other !== tab; }
    });
  }
  function arrow(event, tab) {
    var move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!move) { return; }
    var list = all("[role=tab]", tab.closest("[role=tablist]"));
    var next = list[(list.indexOf(tab) + move + list.length) % list.length];
    next.focus();
    choose(next);
    event.preventDefault();
  }

  /* density and keys are remembered on this machine */
  function density(name) {
    if (name === "compact") { doc.documentElement.setAttribute("data-gd-density", "compact"); } else { doc.documentElement.removeAttribute("data-gd-density"); }
    all("[data-density-switch]").forEach(function (box) { box.checked = name === "compact"; });
  }

  /* on a phone a sheet starts closed, and stays as it was left when its region is swapped */
  var narrow = window.matchMedia("(max-width: 760px)");
  var sheetOpen = false;
  function fold(root) {
    all("details[data-sheet]", root).forEach(function (sheet) {
      if (narrow.matches) { sheet.open = sheetOpen; }
      sheet.addEventListener("toggle", function () { if (narrow.matches) { sheetOpen = sheet.open; } });
    });
  }

  function dress(root) {
    fold(root);
    all(".gd-scroll-m, .gd-wide, .gd-band, .gd-cal, .gd-tabs", root).forEach(function (area) {
      if (area.scrollWidth > area.clientWidth && !area.hasAttribute("tabindex") && !one("a[href], button:not(:disabled), input:not(:disabled)", area)) { area.tabIndex = 0; }
    });
    all("[data-picker]", root).concat(root.closest ? [root.closest("[data-picker]")] : []).forEach(function (picker) { if (picker) { refreshPicker(picker); } });
    all("[data-toast]", root).forEach(fade);
    if (root !== doc) {
      all("[data-live]", root).concat(root.matches("[data-live]") ? [root] : []).forEach(function (place) { say(place.getAttribute("data-live") || place.textContent.trim()); });
    }
  }

  var dirty = new Set();

  doc.addEventListener("change", function (event) {
    var target = event.target;
    var picker = target.closest("[data-picker]");
    if (target.matches("[data-all]") && picker) {
      all("[data-one]", picker).forEach(function (box) {
        var row = box.closest("tr, [data-row]");
        if (!box.disabled && !(row && row.hidden)) { box.checked = target.checked; }
      });
    }
    if (picker) { refreshPicker(picker); }
    if (target.matches("[data-density-switch]")) { store.set("gd-density", target.checked ? "compact" : ""); density(target.checked ? "compact" : ""); }
    if (target.matches("[data-keys-switch]")) { store.set("gd-keys", target.checked ? "" : "off"); }
    if (target.matches("[data-go]") && target.form) { target.form.requestSubmit(); }
  });
  doc.addEventListener("input", function (event) {
    if (event.target.matches("[data-filter]")) { filterPicker(event.target.closest("[data-picker]")); return; }
    var form = event.target.closest("form[data-guard]");
    if (form) { dirty.add(form); }
  });
  doc.addEventListener("submit", function (event) {
    var question = event.target.getAttribute("data-confirm");
    if (question && !window.confirm(question)) { event.preventDefault(); event.stopPropagation(); return; }
    dirty.delete(event.target);
  }, true);
  window.addEventListener("beforeunload", function (event) {
    dirty.forEach(function (form) { if (!doc.contains(form)) { dirty.delete(form); } });
    if (dirty.size) { event.preventDefault(); event.returnValue = ""; }
  });
  doc.addEventListener("click", function (event) {
    all("details[data-menu][open]").forEach(function (menu) { if (!menu.contains(event.target)) { menu.open = false; } });
    var opener = event.target.closest("[data-open]");
    if (opener) { open(opener.getAttribute("data-open")); }
    var only = event.target.closest("[data-only]");
    if (only) {
      all("[data-only]", only.closest("[data-picker]")).forEach(function (button) { button.setAttribute("aria-pressed", String(button === only)); });
      filterPicker(only.closest("[data-picker]"));
    }
    var tab = event.target.closest("[role=tab]");
    if (tab) { choose(tab); }
  });
  doc.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      all("details[data-menu][open]").forEach(function (menu) { menu.open = false; one("summary", menu).focus(); });
    }
    var tab = event.target.closest && event.target.closest("[role=tab]");
    if (tab) { arrow(event, tab); }
    onKey(event);
  });

  /* a field that suggests: arrows walk the options, Enter takes one, Escape closes */
  function options() { return one("#gd-options"); }
  function asking() { return one("[aria-controls=gd-options]"); }
  function suggests(shown) {
    var list = options(), field = asking();
    if (!list || !field) { return; }
    list.hidden = !shown;
    field.setAttribute("aria-expanded", String(shown));
    if (!shown) { field.removeAttribute("aria-activedescendant"); all("[role=option]", list).forEach(function (row) { row.setAttribute("aria-selected", "false"); }); }
  }
  function take(row) {
    var field = asking();
    field.value = row.getAttribute("data-value");
    suggests(false);
    field.form.requestSubmit();
  }
  doc.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target.id === "gd-options") { suggests(doc.activeElement === asking() && event.detail.target.children.length > 0); }
  });
  doc.addEventListener("focusout", function (event) { if (event.target === asking()) { suggests(false); } });
  doc.addEventListener("mousedown", function (event) {
    var row = event.target.closest("#gd-options:not(.still) [role=option]");
    if (row) { event.preventDefault(); take(row); }
  });
  doc.addEventListener("keydown", function (event) {
    var list = options();
    if (!list || list.hidden || event.target !== asking()) { return; }
    var rows = all("[role=option]", list), at = rows.findIndex(function (row) { return row.getAttribute("aria-selected") === "true"; });
    if (event.key === "Escape") { suggests(false); return; }
    if (event.key === "Enter" && at >= 0) { event.preventDefault(); take(rows[at]); return; }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") { return; }
    event.preventDefault();
    at = (at + (event.key === "ArrowDown" ? 1 : rows.length - 1 + (at < 0 ? 1 : 0))) % rows.length;
    rows.forEach(function (row, index) { row.setAttribute("aria-selected", String(index === at)); });
    event.target.setAttribute("aria-activedescendant", rows[at].id);
  });

  /* htmx: saving is told, failures keep what was typed, a whole page is never put into a region */
  function now() { var d = new Date(); return ("0" + d.getHours()).slice(-2) + ":" + ("0" + d.getMinutes()).slice(-2); }
  doc.addEventListener("htmx:afterRequest", function (event) {
    var source = event.detail.elt;
    var form = source.closest("form");
    var place = form && one("[data-autosave-status]", form);
    if (place && event.detail.requestConfig.verb !== "get") {
      place.textContent = event.detail.successful ? "已保存 " + now() : "没有保存成功，内容还在本页";
    }
    if (form && event.detail.successful) { dirty.delete(form); }
  });
  /* what waits to be saved is in the form that was sent: once the answer leads elsewhere, saving it again is stale */
  var leaving = false;
  window.addEventListener("pageshow", function () { leaving = false; });
  doc.addEventListener("htmx:beforeOnLoad", function (event) {
    leaving = leaving || Boolean(event.detail.xhr.getResponseHeader("HX-Redirect"));
  });
  doc.addEventListener("htmx:beforeRequest", function (event) {
    if (leaving && event.detail.requestConfig.verb !== "get") { event.preventDefault(); }
  });
  doc.addEventListener("htmx:sendError", function (event) {
    var area = one("#notice-area");
    if (!area) { return; }
    area.innerHTML = "<div class='gd-msg err'><i class='ti ti-alert-circle' aria-hidden='true'></i><span>没有送到：网络中断。内容还在本页，请重新提交。</span><button type='button' class='end gd-linklike'>重新提交</button></div>";
    one("button", area).addEventListener("click", function () {
      area.textContent = "";
      if (event.detail.elt.requestSubmit) { event.detail.elt.requestSubmit(); } else { event.detail.elt.click(); }
    });
  });
  doc.addEventListener("htmx:beforeSwap", function (event) {
    var picks = event.detail.requestConfig.elt.closest("[hx-select]");
    if (/^\s*<!doctype/i.test(event.detail.xhr.responseText) && !(picks && event.detail.xhr.status < 300)) {
      event.detail.shouldSwap = false;
      window.location.assign(event.detail.xhr.responseURL);
    }
    if (event.detail.xhr.status < 400 && event.detail.requestConfig.elt.getAttribute("hx-swap") !== "none") { var area = one("#notice-area"); if (area) { area.textContent = ""; } }
  });
  doc.addEventListener("htmx:afterSwap", function (event) {
    dress(doc.contains(event.detail.target) ? event.detail.target : doc.getElementById(event.detail.target.id) || doc.body);
    if (event.detail.target.id === "notice-area") { event.detail.target.scrollIntoView({ block: "nearest" }); }
  });
  doc.addEventListener("toast", function (event) { toast(event.detail.text || event.detail.value || ""); });

  /* a sheet for paper */
  all("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  density(store.get("gd-density"));
  all("[data-keys-switch]").forEach(function (box) { box.checked = store.get("gd-keys") !== "off"; });
  all("[role=tablist]").forEach(function (list) { var tab = one("[aria-selected=true]", list); if (tab) { choose(tab); } });
  dress(doc);
})();
