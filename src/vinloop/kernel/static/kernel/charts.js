// Draws every [data-chart] from the JSON beside it; the table below it says the same in words.
(() => {
  "use strict";
  const style = getComputedStyle(document.documentElement);
  const accent = style.getPropertyValue("--vl-accent").trim() || "#0b5cad";
  const COLOURS = [accent, "#c77700", "#1a6b3a", "#7a4fb5", "#0f7c8a", "#8b95a1"];
  const TONES = { accent, good: "#1a6b3a", soon: "#c77700", overdue: "#b42318", muted: "#8b95a1" };
  const QUIET = "#556070";
  const LINE = "#e6e9ed";
  const FONT = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12, color: QUIET };
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  const written = (value, unit) => (value == null ? "–" : number.format(value) + (unit ? ` ${unit}` : ""));

  function common(spec) {
    return {
      animation: !still, animationDuration: 300, color: COLOURS, textStyle: FONT,
      aria: { enabled: true, label: spec.description ? { description: `${spec.title}. ${spec.description}` } : {} },
      legend: { show: spec.series.length > 1, type: "scroll", bottom: 0, itemWidth: 12, itemHeight: 12, textStyle: FONT },
    };
  }

  function goalLine(spec) {
    if (spec.goal == null) return undefined;
    return {
      silent: true, symbol: "none", lineStyle: { color: "#b42318", type: "dashed" },
      label: { formatter: spec.goalLabel || written(spec.goal, spec.unit), position: "insideEndTop", color: "#b42318" },
      data: [{ yAxis: spec.goal }],
    };
  }

  function seriesOf(spec) {
    const isLine = spec.kind === "line";
    return spec.series.map((row, index) => ({
      type: isLine ? "line" : "bar", name: row.name, data: row.values,
      stack: spec.kind === "stacked" ? "all" : undefined,
      barMaxWidth: 36, symbol: "circle", symbolSize: 6, showSymbol: spec.labels.length <= 31,
      color: TONES[row.tone],
      itemStyle: isLine ? undefined : { borderRadius: spec.kind === "stacked" ? 0 : [3, 3, 0, 0] },
      lineStyle: { width: 2 }, markLine: index === 0 ? goalLine(spec) : undefined,
    }));
  }

  // A few names are all written, below one another where they are long; many, such as weeks, as many as fit.
  function names(spec, width) {
    if (spec.labels.length > 8) return { ...FONT, hideOverlap: true };
    const each = Math.floor((width - 64) / spec.labels.length);
    const isTight = each < 72 && spec.labels.some((label) => label.length * 6 > each);
    if (isTight) return { ...FONT, interval: 0, rotate: 40, width: 88, overflow: "truncate" };
    return { ...FONT, interval: 0, width: each - 4, overflow: "break" };
  }

  function axes(spec, width) {
    return {
      ...common(spec),
      grid: { left: 8, right: 16, top: 24, bottom: spec.series.length > 1 ? 32 : 4, containLabel: true },
      tooltip: { trigger: "axis", valueFormatter: (value) => written(value, spec.unit), axisPointer: { type: spec.kind === "line" ? "line" : "shadow" } },
      xAxis: { type: "category", data: spec.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: "#c3cad2" } }, axisLabel: names(spec, width) },
      yAxis: { type: "value", name: spec.unit, nameTextStyle: { ...FONT, align: "left" }, splitLine: { lineStyle: { color: LINE } }, axisLabel: { ...FONT, formatter: (value) => number.format(value) } },
      series: seriesOf(spec),
    };
  }

  function funnel(spec) {
    const values = spec.series[0].values;
    return {
      ...common(spec), legend: { show: false },
      tooltip: { trigger: "item", valueFormatter: (value) => written(value, spec.unit) },
      series: [{
        type: "funnel", sort: "none", gap: 2, left: 8, right: 120, top: 4, bottom: 4, minSize: "2%",
        label: { position: "right", ...FONT, color: "#1b2431", formatter: ({ name, value }) => `${name}  ${written(value, spec.unit)}` },
        data: spec.labels.map((name, index) => ({
          name, value: values[index], itemStyle: { color: accent, opacity: Math.max(0.45, 1 - index * 0.12) },
        })),
      }],
    };
  }

  function draw(holder) {
    const data = document.getElementById(holder.dataset.chart);
    if (!data || echarts.getInstanceByDom(holder)) return;
    const spec = JSON.parse(data.textContent);
    const chart = echarts.init(holder, null, { renderer: "svg" });
    chart.setOption(spec.kind === "funnel" ? funnel(spec) : axes(spec, holder.clientWidth));
    chart.on("click", ({ dataIndex }) => spec.urls[dataIndex] && location.assign(spec.urls[dataIndex]));
    new ResizeObserver(() => holder.isConnected ? chart.resize() : chart.dispose()).observe(holder);
  }

  const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
  drawAll();
  document.addEventListener("htmx:after:swap", drawAll);
})();
