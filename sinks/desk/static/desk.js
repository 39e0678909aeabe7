"use strict";
// What a page can not do without a script: charts, pausing, the state of the line.
// Everything is readable without it.
(() => {
  const MOST_MENTIONS = 120;
  const byId = (id) => document.getElementById(id);
  const charts = new Map();

  // ---- charts ------------------------------------------------------------------------------
  const colour = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  const almaty = (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Asia/Almaty");
  const clock = uPlot.fmtDate("{HH}:{mm}");

  function sinceLine(since) {
    return (chart) => {
      const x = Math.round(chart.valToPos(since, "x", true));
      const { left, top, width, height } = chart.bbox;
      if (x < left || x > left + width) return;
      chart.ctx.save();
      chart.ctx.strokeStyle = colour("negative");
      chart.ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
      chart.ctx.lineWidth = devicePixelRatio;
      chart.ctx.beginPath();
      chart.ctx.moveTo(x, top);
      chart.ctx.lineTo(x, top + height);
      chart.ctx.stroke();
      chart.ctx.restore();
    };
  }

  function axis(extra) {
    const grid = { stroke: colour("line"), width: 1 };
    const font = "11px Inter, sans-serif";
    return { stroke: colour("soft"), grid, ticks: { show: false }, font, ...extra };
  }

  const number = (value) => String(Math.round(value * 10) / 10).replace(".", ",");

  // What stands under the cursor, in words beside the key of the picture.
  function readout(node, data) {
    const words = byId("spikes").dataset;
    const place = node.closest("figure").querySelector(".readout");
    return (chart) => {
      const at = chart.cursor.idx;
      if (at == null) {
        place.textContent = "";
        return;
      }
      const [times, observed, usual, low, high] = data.map((column) => column[at]);
      const parts = [`${clock(almaty(times))} · ${words.observed}: ${number(observed)}`];
      if (usual !== undefined) {
        parts.push(`${words.usual}: ${number(usual)} (${number(low)}–${number(high)})`);
      }
      place.textContent = parts.join(" · ");
    };
  }

  function options(node, data, since) {
    const quiet = { points: { show: false } };
    const series = [{}, { stroke: colour("observed"), width: 2, ...quiet }];
    const shown = data.length > 2;
    if (shown) {
      series.push(
        { stroke: colour("usual"), width: 1, dash: [5, 4], ...quiet },
        { stroke: "transparent", ...quiet },
        { stroke: "transparent", ...quiet },
      );
    }
    return {
      width: node.clientWidth,
      height: node.clientHeight,
      tzDate: almaty,
      padding: [8, 18, 0, 0],
      cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
      legend: { show: false },
      scales: { x: { range: (_, low, high) => [low, high + 300] }, y: { range: (_, low, high) => [0, Math.max(4, high * 1.1)] } },
      axes: [
        axis({ space: 56, size: 24, values: (_, ticks) => ticks.map((at) => clock(almaty(at))) }),
        axis({ size: 34, space: 34, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000] }),
      ],
      series,
      bands: shown ? [{ series: [4, 3], fill: colour("band") }] : [],
      hooks: { draw: [sinceLine(since)], setCursor: [readout(node, data)] },
    };
  }

  function draw(node) {
    const { data, since } = JSON.parse(node.dataset.plot);
    charts.get(node)?.destroy();
    node.replaceChildren();
    charts.set(node, new uPlot(options(node, data, since), data, node));
  }

  function drawAll() {
    for (const [node, chart] of charts) {
      if (!node.isConnected) {
        chart.destroy();
        charts.delete(node);
      }
    }
    for (const node of document.querySelectorAll(".plot")) if (!charts.has(node)) draw(node);
  }

  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      for (const node of target.querySelectorAll(".plot")) {
        charts.get(node)?.setSize({ width: node.clientWidth, height: node.clientHeight });
      }
    }
  });

  // A new state of a spike changes its words in place; its chart and what the reader has
  // opened stay.
  function keepOnMorph() {
    const calls = Idiomorph.defaults.callbacks;
    calls.beforeNodeMorphed = (before, after) => {
      if (!before.classList?.contains("plot")) return true;
      if (before.dataset.plot !== after.dataset.plot) {
        before.dataset.plot = after.dataset.plot;
        before.setAttribute("aria-label", after.getAttribute("aria-label"));
        charts.get(before)?.destroy();
        charts.delete(before);
      }
      return false;
    };
    calls.beforeAttributeUpdated = (name, node) => !(name === "open" && node.tagName === "DETAILS");
  }

  // ---- the stream --------------------------------------------------------------------------
  const pause = byId("pause");
  const waiting = [];

  const paused = () => pause.getAttribute("aria-pressed") === "true";

  function label() {
    pause.textContent = paused()
      ? pause.dataset.resume + (waiting.length ? ` (+${count(waiting)})` : "")
      : pause.dataset.pause;
  }

  const count = (parts) => parts.reduce((sum, html) => sum + html.split("<li class=\"post\"").length - 1, 0);

  function add(html) {
    const list = byId("mentions");
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const posts = [...holder.content.children];
    for (const post of posts) {
      byId(post.id)?.remove();
      post.classList.add("new");
    }
    list.prepend(...posts);
    while (list.children.length > MOST_MENTIONS) list.lastElementChild.remove();
  }

  function toggle() {
    pause.setAttribute("aria-pressed", String(!paused()));
    if (!paused()) for (const html of waiting.splice(0)) add(html);
    label();
  }

  document.addEventListener("htmx:sseBeforeMessage", (event) => {
    if (event.target.id !== "mentions") return;
    event.preventDefault();
    if (paused()) waiting.push(event.detail.data);
    else add(event.detail.data);
    while (waiting.length > MOST_MENTIONS) waiting.shift();
    label();
  });

  // ---- the line ----------------------------------------------------------------------------
  function line(on) {
    const link = byId("link");
    link.classList.toggle("on", on);
    link.classList.toggle("off", !on);
    byId("link-text").textContent = on ? link.dataset.on : link.dataset.off;
  }

  document.addEventListener("htmx:sseOpen", () => line(true));
  document.addEventListener("htmx:sseError", () => line(false));
  document.addEventListener("htmx:sseMessage", () => requestAnimationFrame(drawAll));

  document.addEventListener("DOMContentLoaded", () => {
    keepOnMorph();
    drawAll();
    resized.observe(byId("spikes"));
    pause.hidden = false;
    pause.addEventListener("click", toggle);
    byId("apply").hidden = true;
    byId("filters").addEventListener("change", (event) => event.currentTarget.requestSubmit());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      document.querySelectorAll(".plot").forEach(draw);
    });
  });
})();
