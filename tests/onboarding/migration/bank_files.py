"""A small bank in the form of the Berka files: three clients, two accounts, one of each holding."""

from pathlib import Path

FILES = {
    "district.asc": 'A1;A2;A3\n1;"Hl.m. Praha";"Prague"\n2;"Benesov";"central Bohemia"\n',
    "client.asc": 'client_id;birth_number;district_id\n1;"706213";1\n2;"450204";2\n3;"870927";1\n',
    "account.asc": (
        'account_id;district_id;frequency;date\n11;1;"POPLATEK MESICNE";930101\n12;2;"POPLATEK TYDNE";940215\n'
    ),
    "disp.asc": ('disp_id;client_id;account_id;type\n21;1;11;"OWNER"\n22;2;11;"DISPONENT"\n23;3;12;"OWNER"\n'),
    "card.asc": 'card_id;disp_id;type;issued\n31;21;"gold";931107 00:00:00\n',
    "loan.asc": ('loan_id;account_id;date;amount;duration;payments;status\n41;11;930705;96396;12;8033.00;"D"\n'),
    "order.asc": 'order_id;account_id;bank_to;account_to;amount;k_symbol\n51;11;"YZ";"87144583";2452.00;"SIPO"\n',
    "trans_1993.asc": (
        "trans_id;account_id;date;type;operation;amount;balance;k_symbol;bank;account\n"
        '61;11;930101;"PRIJEM";"VKLAD";700.00;700.00;"";;\n'
        '62;11;930102;"VYDAJ";"PREVOD NA UCET";250.50;449.50;"SIPO";"YZ";87144583\n'
    ),
}


def write_bank(folder: Path, **changes: str) -> Path:
    """`changes` replace whole files, by name without the ending."""
    for name, text in FILES.items():
        folder.joinpath(name).write_text(changes.get(name.removesuffix(".asc"), text), encoding="utf-8")
    return folder
