/** How /docs looks: on paper of either colour, on a phone as well. */
export const DOCS_STYLE = `
:root { color-scheme: light dark; --ink: #1d2733; --faint: #55657a; --line: #d9e0e8; --paper: #fff; --box: #f2f5f8; --link: #0b5cad; --post: #9a4a00; --get: #0a6b3d; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4eaf1; --faint: #a3b1c2; --line: #33404f; --paper: #12171d; --box: #1c242d; --link: #7ab8ff; --post: #ffb169; --get: #74d8a4; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; color: var(--ink); background: var(--paper); overflow-wrap: anywhere; }
a { color: var(--link); }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
h3 { font-size: 1.05rem; margin: 0; font-family: ui-monospace, monospace; } h4 { font-size: .95rem; margin: 1.2rem 0 .3rem; color: var(--faint); }
code, pre { font-family: ui-monospace, monospace; font-size: .875rem; background: var(--box); border-radius: 5px; }
code { padding: .1rem .3rem; } pre { padding: .7rem .9rem; margin: .4rem 0; white-space: pre-wrap; }
section { border: 1px solid var(--line); border-radius: 8px; padding: 1rem; margin: 1rem 0; }
.POST { color: var(--post); } .GET { color: var(--get); } .faint { color: var(--faint); } .type { font-size: .875rem; margin: .6rem 0 0; }
nav { columns: 2; margin-top: 1.5rem; } nav div { break-inside: avoid; padding-bottom: .8rem; } nav p { margin: 0; }
nav ul, .plain { list-style: none; padding: 0; margin: .3rem 0; } nav li { font-family: ui-monospace, monospace; font-size: .9rem; padding: .1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; } th { text-align: left; color: var(--faint); font-weight: 600; }
td:first-child, td.faint { white-space: nowrap; } td, th { padding: .3rem .8rem .3rem 0; vertical-align: top; border-bottom: 1px solid var(--line); }
details { margin: .3rem 0; } summary { cursor: pointer; }
@media (max-width: 38rem) { thead { position: absolute; left: -9999px; } nav { columns: 1; } td:first-child { white-space: normal; } tr { display: block; border-bottom: 1px solid var(--line); padding: .3rem 0; } td { display: block; border: 0; padding: 0; } section { padding: .8rem; } }
`;
