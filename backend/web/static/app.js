"use strict";
// What the server cannot know: the reader's time zone, the width of a chart, a keyboard shortcut.
(() => {
  const language = document.documentElement.lang || "en";
  const full = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

  function localTimes(root) {
    for (const time of root.querySelectorAll("time[data-local]")) {
      time.textContent = full.format(new Date(time.dateTime));
      time.title = time.dateTime;
      time.removeAttribute("data-local");
    }
    for (const time of root.querySelectorAll("time[data-exact]")) {
      time.title = full.format(new Date(time.dateTime));
    }
  }

  const ink = "#5c6778", line = "#e3e7ee", brand = "#2448b8";
  const axis = { axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: ink, fontSize: 11 } };
  const tooltip = { renderMode: "richText", trigger: "axis", confine: true, borderColor: line, textStyle: { fontSize: 12 } };
  const number = new Intl.NumberFormat(language);
  const kinds = {
    bars: (data) => ({
      grid: { left: 4, right: 32, top: 4, bottom: 4, containLabel: true },
      xAxis: { type: "value", show: false },
      yAxis: { ...axis, type: "category", inverse: true, data: data.names, axisLine: { show: false } },
      series: [{ type: "bar", data: data.values, barMaxWidth: 14, itemStyle: { color: brand, borderRadius: 3 },
        label: { show: true, position: "right", color: ink, fontSize: 11, formatter: (p) => number.format(p.value) } }],
    }),
    // Hours by week, one colour a level, and a line at what there is.
    workload: (data) => ({
      grid: { left: 4, right: 12, top: 12, bottom: 4, containLabel: true },
      xAxis: { ...axis, type: "category", data: data.weeks, axisLabel: { ...axis.axisLabel, hideOverlap: true } },
      yAxis: { ...axis, type: "value", splitLine: { lineStyle: { color: line } } },
      series: [
        ...data.levels.map((level) => ({ name: level.name, type: "bar", stack: "hours", barMaxWidth: 26, data: level.hours,
          itemStyle: { color: getComputedStyle(document.querySelector(`.key-${level.code}`)).color } })),
        { name: data.words, type: "line", symbol: "none", data: data.weeks.map(() => data.capacity), lineStyle: { color: ink, type: "dashed", width: 1.5 }, itemStyle: { color: ink } },
      ],
    }),
    waterfall: (data) => ({
      grid: { left: 4, right: 16, top: 22, bottom: 4, containLabel: true },
      tooltip: { formatter: (bars) => `${bars[0].name}: ${number.format(bars[1].value + bars[2].value)}` },
      xAxis: { ...axis, type: "value", max: 100, splitLine: { lineStyle: { color: line } } },
      yAxis: { ...axis, type: "category", inverse: true, data: data.names, axisLine: { show: false },
        axisLabel: { ...axis.axisLabel, width: Math.min(190, innerWidth / 3.5), overflow: "truncate" } },
      series: [
        { type: "bar", stack: "s", data: data.from, itemStyle: { color: "transparent" }, barMaxWidth: 14 },
        { type: "bar", stack: "s", data: data.least, itemStyle: { color: "#c3cad6" } },
        { type: "bar", stack: "s", data: data.more, itemStyle: { color: brand } },
      ],
    }),
    series: (data) => {
      const tones = [brand, "#c2410c", "#94a3b8"], share = data.unit === "share";
      const write = (v) => (v === null || v === undefined ? "—" : share ? `${number.format(Math.round(v * 10000) / 100)} %` : number.format(Math.round(v * 100) / 100));
      return {
        color: tones,
        grid: { left: 4, right: 12, top: 10, bottom: 4, containLabel: true },
        tooltip: { ...tooltip, valueFormatter: write },
        xAxis: { ...axis, type: "category", data: data.names, axisLabel: { ...axis.axisLabel, hideOverlap: true } },
        yAxis: { ...axis, type: "value", axisLabel: { ...axis.axisLabel, formatter: write }, splitLine: { lineStyle: { color: line } } },
        series: data.series.map((each, place) => ({
          name: each.name, data: each.values, symbol: "none",
          ...(data.shape === "stacked" ? { type: "bar", stack: "s", barMaxWidth: 26 }
            : { type: "line", step: data.shape === "steps" ? "end" : false, lineStyle: { width: 1.5, type: place === 0 ? "solid" : "dashed" } }),
        })),
      };
    },
    balance: (data) => ({
      grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
      xAxis: { ...axis, type: "time", axisLabel: { ...axis.axisLabel, hideOverlap: true } },
      yAxis: { ...axis, type: "value", scale: true, splitLine: { lineStyle: { color: line } } },
      series: [{ type: "line", step: "end", symbol: "none", data: data.points, lineStyle: { color: brand, width: 1.5 },
        areaStyle: { color: brand, opacity: 0.06 } }],
    }),
  };

  function charts(root) {
    for (const place of root.querySelectorAll("[data-chart]")) {
      if (echarts.getInstanceByDom(place)) continue;
      const data = JSON.parse(place.dataset.values);
      const chart = echarts.init(place, null, { renderer: "svg" });
      chart.setOption({ animation: false, tooltip: { ...tooltip, valueFormatter: (v) => number.format(v) }, ...kinds[place.dataset.chart](data) });
      const follow = () => (place.isConnected ? chart.resize() : (watch.disconnect(), chart.dispose()));
      const watch = new ResizeObserver(follow);
      watch.observe(place);
    }
  }

  // Groups of the menu stay as the reader left them; the one with the present page is always open.
  for (const group of document.querySelectorAll(".nav-group")) {
    const key = `tenure-nav-${group.dataset.group}`, kept = localStorage.getItem(key);
    if (kept !== null && !group.querySelector("[aria-current]")) group.open = kept === "open";
    group.querySelector("summary").addEventListener("click", () => localStorage.setItem(key, group.open ? "closed" : "open"));
  }

  // A question that the page can answer in place opens in a dialog; without scripts its link leads to a page.
  async function explain(link) {
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!answer.ok) { location.href = link.href; return; }
    const dialog = document.getElementById("explain");
    dialog.querySelector(".explain-body").innerHTML = await answer.text();
    dialog.showModal();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-explain]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      explain(link);
    }
    if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest("input, textarea, select")) return;
    const box = [...document.querySelectorAll("input[name=q]")].find((input) => input.offsetParent);
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  });

  document.addEventListener("change", (event) => {
    if (event.target.closest("form[data-auto]")) event.target.form.requestSubmit();
  });

  // Rows that are chosen: all at once, a run of them with shift, or by keyboard (j, k to move, x to choose).
  const picks = () => [...document.querySelectorAll(".picks input[name=ids]")];
  let last = null;
  document.addEventListener("click", (event) => {
    if (event.target.matches("[data-pick-all]")) for (const box of picks()) box.checked = event.target.checked;
    if (!event.target.matches(".picks input[name=ids]")) return;
    const boxes = picks(), here = boxes.indexOf(event.target), there = boxes.indexOf(last);
    if (event.shiftKey && there >= 0) for (const box of boxes.slice(Math.min(here, there), Math.max(here, there) + 1)) box.checked = event.target.checked;
    last = event.target;
  });
  document.addEventListener("keydown", (event) => {
    if (!"jkx".includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("textarea, select, input:not([type=checkbox])")) return;
    const boxes = picks(), here = boxes.indexOf(document.activeElement);
    if (!boxes.length) return;
    if (event.key === "x") { if (here >= 0) boxes[here].click(); return; }
    boxes[Math.min(Math.max(here + (event.key === "j" ? 1 : -1), 0), boxes.length - 1)].focus();
  });

  // One press, one request: the button stays away until the page answers.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    document.body.classList.add("busy");
    const button = event.submitter;
    if (button) setTimeout(() => { button.disabled = true; }, 0);
  });
  window.addEventListener("pageshow", () => {
    document.body.classList.remove("busy");
    for (const button of document.querySelectorAll("form[method=post] button[type=submit][disabled]:not([data-never])")) button.disabled = false;
  });

  // A picture wider than the page begins where it matters: months at the newest, a graph at its middle.
  function place(root) {
    for (const frame of root.querySelectorAll(".scroll.newest, .scroll.middle")) {
      frame.scrollLeft = (frame.scrollWidth - frame.clientWidth) / (frame.matches(".newest") ? 1 : 2);
    }
  }

  function ready(root) {
    localTimes(root);
    place(root);
    charts(root);
    for (const label of root.querySelectorAll(".pick-all[hidden]")) label.hidden = false;
  }
  document.addEventListener("htmx:after:swap", () => ready(document));
  ready(document);
  const wrong = document.querySelector(".note.bad[role=alert], .wrong");
  if (wrong && wrong.matches(".wrong")) wrong.focus();
})();
