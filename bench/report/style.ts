/** The report's style sheet. */
export const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2.5rem auto; padding: 0 1.5rem; color: #1d2733; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; margin: 3rem 0 .25rem; }
.lead { font-size: 1.1rem; color: #44505c; }
.headlines { display: flex; gap: 1rem; margin: 1.5rem 0; }
.headline { flex: 1; background: #eef4fa; border-left: 5px solid #08519c; padding: .8rem 1rem; }
.headline strong { display: block; font-size: 2.2rem; line-height: 1.1; color: #08519c; }
.headline span { display: block; font-weight: 600; }
.headline small { color: #66727e; }
.warning { background: #fff4e5; border-left: 5px solid #e6550d; padding: .6rem 1rem .6rem 2rem; }
svg { width: 100%; height: auto; display: block; margin-top: .75rem; font: 13px system-ui, sans-serif; }
.pictures { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
.grid { stroke: #e3e7eb; } .tick { fill: #66727e; font-size: 12px; } .title { font-weight: 600; font-size: 14px; }
.name { font-size: 13.5px; } .value { font-weight: 600; font-size: 14px; } .legend { font-size: 12.5px; }
.end { font-size: 12px; font-weight: 600; }
.series span { display: inline-block; margin-right: 1.2rem; font-size: .9rem; }
.series span::before { content: ""; display: inline-block; width: .8rem; height: .8rem; margin-right: .4rem; background: var(--color); }
table { border-collapse: collapse; font-size: .85rem; margin: .75rem 0; width: 100%; }
th, td { text-align: left; padding: .2rem .6rem; border-bottom: 1px solid #e3e7eb; vertical-align: top; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
summary { cursor: pointer; color: #08519c; margin-top: .75rem; }
footer { margin-top: 3rem; border-top: 1px solid #c9d1d9; font-size: .85rem; color: #66727e; }
`;
