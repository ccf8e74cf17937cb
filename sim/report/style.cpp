#include "sim/report/section.h"

namespace sim {

// Colours are told apart by lightness too, and each state has a pattern or a shape of its own.
std::string page_style() {
    return R"(<style>
:root{color-scheme:light dark;--paper:#fff;--ink:#1c232b;--dim:#566270;--line:#d5dbe1;--soft:#f3f5f7;--a:#1f5fa8;--b:#b4501a;--run:#2f6fb5;--run-ink:#fff;--ready-0:#ffe3a3;--ready-1:#c98a00;--blocked-0:#f7d6d6;--blocked-1:#a83232;--wait:#8b97a3;--susp-0:#e3dbf0;--susp-1:#6d4fa3;--bad:#b3261e;--good:#2b7a57;--untold-0:#e3e7eb;--untold-1:#6b7682}
@media(prefers-color-scheme:dark){:root{--paper:#14181d;--ink:#e6eaee;--dim:#9aa7b4;--line:#333c46;--soft:#1d232a;--a:#7db4f0;--b:#f0a066;--run:#5a9ce0;--run-ink:#0c1116;--ready-0:#5a4512;--ready-1:#e0ae3c;--blocked-0:#4a2222;--blocked-1:#ef8a8a;--wait:#75828f;--susp-0:#372c4c;--susp-1:#b79cf0;--bad:#f28b82;--good:#66c79a;--untold-0:#2f3740;--untold-1:#97a3af}}
@media print{:root{--paper:#fff;--ink:#000;--dim:#444;--line:#bbb;--soft:#fff;--a:#1f5fa8;--b:#b4501a;--run:#2f6fb5;--run-ink:#fff;--ready-0:#ffe3a3;--ready-1:#c98a00;--blocked-0:#f7d6d6;--blocked-1:#a83232;--wait:#777;--susp-0:#e3dbf0;--susp-1:#6d4fa3;--bad:#b3261e;--good:#2b7a57;--untold-0:#e3e7eb;--untold-1:#6b7682}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2rem 1.5rem 4rem;max-width:1180px;background:var(--paper);color:var(--ink);font:17px/1.5 system-ui,"Segoe UI","DejaVu Sans",sans-serif;overflow-wrap:break-word;print-color-adjust:exact;-webkit-print-color-adjust:exact}
h1{font-size:2rem;line-height:1.2;margin:0 0 .3rem}
h2{font-size:1.45rem;margin:2.6rem 0 .6rem;padding-top:.8rem;border-top:2px solid var(--line)}
h3{font-size:1.1rem;margin:1.6rem 0 .4rem}
p{margin:.4rem 0;max-width:75ch}
.sub,.note,figcaption{color:var(--dim)}
.note,figcaption{font-size:.9rem}
.answer{font-size:1.15rem;margin:1rem 0;padding:.8rem 1.1rem;background:var(--soft);border-left:5px solid var(--b)}
.answer.same{border-color:var(--good)}
.answer p{margin:.3rem 0}
figure{margin:.6rem 0 1rem}
svg{display:block;width:100%;height:auto}
svg.defs{position:absolute;width:0;height:0}
table{border-collapse:collapse;width:100%;font-size:.95rem;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:.22rem .7rem;border-bottom:1px solid var(--line);vertical-align:top}
th:first-child,td:first-child,.words td,.words th{text-align:left}
th{white-space:nowrap}.words td:nth-child(2),.words td:nth-child(3){overflow-wrap:anywhere}thead th{border-bottom:2px solid var(--dim)}
tr.differs td:last-child{font-weight:600}
ol.ranked{padding-left:1.6rem}
ol.ranked>li{margin:0 0 1rem}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:.4rem 1.2rem;margin:.3rem 0}
.pair>div{padding:.1rem 0 .1rem .8rem;border-left:4px solid var(--a)}
.pair>div+div{border-color:var(--b)}
.pair b{display:block}
.tag-a{color:var(--a)}.tag-b{color:var(--b)}
@media(max-width:700px){.pair{grid-template-columns:1fr}}
text{fill:var(--ink);font:12px system-ui,"Segoe UI","DejaVu Sans",sans-serif}
.lane,.small{text-anchor:end}.small,.tick{fill:var(--dim)}.tick{text-anchor:middle}.on{fill:var(--run-ink);text-anchor:middle;font-size:11px}
.grid,.axis{stroke:var(--line);fill:none}
.mark{stroke:var(--bad);stroke-width:2;fill:var(--bad)}
.running{fill:var(--run);stroke:var(--paper);stroke-width:.4}.fold path{stroke:none}.ready{fill:url(#p-ready)}.blocked{fill:url(#p-blocked)}.waiting{fill:var(--wait)}.suspended{fill:url(#p-suspended)}
.ready-0{fill:var(--ready-0)}.ready-1{fill:var(--ready-1)}.blocked-0{fill:var(--blocked-0)}.blocked-1{stroke:var(--blocked-1);stroke-width:.9;fill:none}.suspended-0{fill:var(--susp-0)}.suspended-1{fill:var(--susp-1)}
.over-1{fill:var(--bad)}.over{fill:url(#p-over)}
.untold-0{fill:var(--untold-0)}.untold-1{fill:var(--untold-1)}.untold{fill:url(#p-untold)}.agrees{fill:var(--good)}.contradicts{fill:var(--bad)}
.depth,.active,.limit,.side-a,.side-b{fill:none;stroke-width:2}
.depth{stroke:var(--ink)}.active{stroke:var(--a)}.limit{stroke:var(--bad);stroke-dasharray:6 4;stroke-width:1.5}
.side-a{stroke:var(--a);stroke-width:2.5}.side-b{stroke:var(--b);stroke-width:2.5;stroke-dasharray:8 4}
@media print{@page{margin:14mm}body{font-size:10pt;padding:0;max-width:none}h1{font-size:17pt}h2{font-size:13pt;margin-top:1.2rem}text{font-size:14px}.key,.on{font-size:12px}figure,li,tr,.pair{break-inside:avoid}h2,h3{break-after:avoid}}
</style>
)";
}

}  // namespace sim
