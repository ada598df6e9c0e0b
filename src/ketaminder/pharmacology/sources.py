"""Documents that several files of this room cite."""

from __future__ import annotations

from ketaminder.terms import Source

SPRAVATO_LABEL = Source(
    id="spravato-us-label",
    citation="SPRAVATO (esketamine) nasal spray, US prescribing information, NDA 211243.",
    kind="label",
)
WANG = Source(
    id="wang-2019",
    citation=(
        "Wang J, Huang J, Yang S, Cui C, Ye L, Wang S, Yang G, Pei Q. Pharmacokinetics and safety of esketamine in "
        "Chinese patients undergoing painless gastroscopy in comparison with ketamine: a randomized, open-label "
        "clinical study. Drug Des Devel Ther 2019;13:4135-4144."
    ),
    year=2019,
    identifiers={"doi": "10.2147/DDDT.S224553", "pmid": "31827320"},
    kind="paper",
)
HASAN = Source(
    id="hasan-2021",
    citation=(
        "Hasan M et al. Chiral pharmacokinetics and metabolite profile of prolonged-release ketamine tablets. "
        "Anesthesiology 2021;135(2):326-339."
    ),
    year=2021,
    identifiers={"doi": "10.1097/ALN.0000000000003829", "pmid": "34019627"},
    kind="paper",
)
ZANOS = Source(
    id="zanos-2018",
    citation=(
        "Zanos P, Moaddel R, Morris PJ, Riggs LM, Highland JN, Georgiou P, Pereira EFR, Albuquerque EX, Thomas CJ, "
        "Zarate CA, Gould TD. Ketamine and ketamine metabolite pharmacology: insights into therapeutic mechanisms. "
        "Pharmacol Rev 2018;70(3):621-660."
    ),
    year=2018,
    identifiers={"doi": "10.1124/pr.117.015198", "pmcid": "PMC6020109"},
    kind="paper",
)
ASHRAF = Source(
    id="ashraf-2018",
    citation=(
        "Ashraf MW, Peltoniemi MA, Olkkola KT, Neuvonen PJ, Saari TI. Semimechanistic population pharmacokinetic model "
        "to predict the drug-drug interaction between S-ketamine and ticlopidine in healthy human volunteers. "
        "CPT Pharmacometrics Syst Pharmacol 2018;7(10):687-697."
    ),
    year=2018,
    identifiers={"doi": "10.1002/psp4.12346", "pmid": "30091858"},
    kind="paper",
)
SIMONS = Source(
    id="simons-2022",
    citation=(
        "Simons P, Olofsen E, van Velzen M, van Lemmen M, Mooren R, van Dasselaar T, Mohr P, Hammes F, van der Schrier "
        "R, Niesters M, Dahan A. S-Ketamine Oral Thin Film - Part 1: population pharmacokinetics of S-ketamine, "
        "S-norketamine and S-hydroxynorketamine. Front Pain Res 2022;3:946486."
    ),
    year=2022,
    identifiers={"doi": "10.3389/fpain.2022.946486", "pmid": "35899184"},
    kind="paper",
)
KAMP_STEREOSELECTIVE = Source(
    id="kamp-2020-bja",
    citation="Kamp J et al. Br J Anaesth 2020;125(5):750-761 (stereoselective ketamine and metabolites).",
    year=2020,
    identifiers={"doi": "10.1016/j.bja.2020.06.067", "pmid": "32838982"},
    kind="paper",
)
CHONG = Source(
    id="chong-2006",
    citation=(
        "Chong C, Schug S, Page-Sharp M, Ilett K. Bioavailability of ketamine after oral or sublingual administration. "
        "Pain Med 2006;7(5):469 (abstract)."
    ),
    year=2006,
    kind="abstract",
)
ROLAN = Source(
    id="rolan-2014",
    citation=(
        "Rolan P, Lim S, Sunderland V, Liu Y, Molnar V. The absolute bioavailability of racemic ketamine from a novel "
        "sublingual formulation. Br J Clin Pharmacol 2014;77(6):1011-1016."
    ),
    year=2014,
    identifiers={"doi": "10.1111/bcp.12264", "pmid": "24977293"},
    kind="paper",
)
CLEMENTS_1982 = Source(
    id="clements-1982",
    citation="Clements JA, Nimmo WS, Grant IS. J Pharm Sci 1982;71(5):539-542.",
    year=1982,
    kind="paper",
)
FANTA = Source(
    id="fanta-2015",
    citation=(
        "Fanta S, Kinnunen M, Backman JT, Kalso E. Population pharmacokinetics of S-ketamine and norketamine in "
        "healthy volunteers after intravenous and oral dosing. Eur J Clin Pharmacol 2015;71(4):441-447."
    ),
    year=2015,
    identifiers={"doi": "10.1007/s00228-015-1826-y", "pmid": "25724645"},
    kind="paper",
)
GOLDBERG = Source(
    id="goldberg-2011",
    citation=(
        "Goldberg ME, Torjman MC, Schwartzman RJ, Mager DE, Wainer IW. Enantioselective pharmacokinetics of (R)- and "
        "(S)-ketamine after a 5-day infusion in patients with complex regional pain syndrome. Chirality "
        "2011;23(2):138-143."
    ),
    year=2011,
    identifiers={"doi": "10.1002/chir.20890", "pmid": "20803495"},
    kind="paper",
)
PERSSON = Source(
    id="persson-2002",
    citation=(
        "Persson J et al. Pharmacokinetics and non-analgesic effects of S- and R-ketamines in healthy volunteers with "
        "normal and reduced metabolic capacity. Eur J Clin Pharmacol 2002;57(12):869-875."
    ),
    year=2002,
    kind="paper",
)
ETHNICITY = Source(
    id="esketamine-ethnicity",
    citation=(
        "Evaluation of ethnicity effect on intranasal esketamine pharmacokinetics by population pharmacokinetic "
        "modeling using data from a Japanese phase 2b study. Clin Pharmacol Drug Dev (authors and year not read)."
    ),
    identifiers={"doi": "10.1002/cpdd.1214"},
    kind="paper",
)
YANAGIHARA = Source(
    id="yanagihara-2003",
    citation="Yanagihara Y et al. Biopharm Drug Dispos 2003;24(1):37-43.",
    year=2003,
    identifiers={"doi": "10.1002/bdd.336"},
    kind="paper",
)
PEREZ_RUIXO = Source(
    id="perez-ruixo-2021",
    citation=(
        "Perez-Ruixo C, Rossenu S, Zannikos P, Nandy P, Singh J, Drevets WC, Perez-Ruixo JJ. Population "
        "pharmacokinetics of esketamine nasal spray and its metabolite noresketamine in healthy subjects and patients "
        "with treatment-resistant depression. Clin Pharmacokinet 2021;60(4):501-516."
    ),
    year=2021,
    identifiers={"doi": "10.1007/s40262-020-00953-4", "pmid": "33128208"},
    kind="paper",
)
