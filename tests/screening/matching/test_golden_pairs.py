"""Pairs of names that must, and must not, be taken for one, by script and by phenomenon."""

import pytest

from backend.screening.lists.entity import EntityKind
from backend.screening.matching.rules import ScreeningRules
from tests.screening.matching.subjects import judged

ONE_PERSON = [
    # Latin: spelling, order, initials, titles, second names, joined words
    ("Teodor Morvane", "Teodor Morvane"),
    ("Teodor Morvane", "MORVANE, Teodor"),
    ("Morvane Teodor", "Teodor Morvane"),
    ("Dr. Teodor Morvane", "Teodor Morvane"),
    ("Teodor I. Morvane", "Teodor Ilyich Morvane"),
    ("Teodor Ilyich Morvane", "Teodor Morvane"),
    ("TeodorMorvane", "Teodor Morvane"),
    ("Teodor Morvanne", "Teodor Morvane"),
    ("Te0dor Morvane", "Teodor Morvane"),
    ("Jürgen Großkopf", "JUERGEN GROSSKOPF"),
    ("Aleksandr Velikhov", "Alexander Velikhov"),
    ("Gonzalo Inzunza", "INZUNZA BELTRAN, Gonzalo"),
    # Arabic and Persian
    ("عبد الرحمن القاسمي", "Abdurrahman al-Qasimi"),
    ("عبدالرحمن القاسمي", "ABD AL-RAHMAN AL-QASIMI"),
    ("محمد لحبوس", "Mohamed Lahbous"),
    ("نصیر الدین تخاري", "NASIRUDDIN TAKHARI"),
    ("سيف الله دلاور", "Saifullah Delawar"),
    ("Abdel Rahmane Qasimi", "ABD AL-RAHMAN AL-QASIMI"),
    ("Muhammed Zubaydi", "MOHAMMAD ZUBAIDI"),
    # Cyrillic, with a stray Latin letter and a patronymic
    ("Заурбек Салимович Гучаев", "ZAURBEK SALIMOVICH GUCHAEV"),
    ("Умаров Доку Хаматович", "DOKU KHAMATOVICH UMAROV"),
    ("Сергей Велихов", "Sergei Petrovich VELIKHOV"),
    # Greek, Georgian, Hebrew
    ("Νικόλαος Μητσοτάκης", "Nikolaos Mitsotakis"),
    ("ბარაკ ობამა", "Barak Obama"),
    ("דוד אברמוביץ", "David Abramovitz"),
    # Chinese: pinyin, Wade-Giles, traditional, Cantonese
    ("习近平", "Xi Jinping"),
    ("習近平", "Xi Jinping"),
    ("Hsi Chin-ping", "Xi Jinping"),
    ("Mao Tse-tung", "Mao Zedong"),
    ("陈永强", "Chan Wing Keung"),
    # Korean: Hangul, Chinese characters, other romanisation
    ("김정은", "Kim Jong Un"),
    ("金正恩", "Kim Jong Un"),
    ("Gim Jeong-eun", "KIM, Jong Un"),
    # Japanese
    ("山田太郎", "Yamada Taro"),
]
TWO_PERSONS = [
    ("Teodor Morvane", "Teodora Kelvan"),
    ("Igor Velikhov", "Oleg Velikhov"),
    ("Mohammed Hassan", "Mohammed Hussein"),
    ("Mahmoud Lahbous", "Mohammed Lahbous"),
    ("محمد لحبوس", "MOHAMED LAKHAL"),
    ("نصیر الدین حقانی", "JALALUDDIN HAQQANI"),
    ("Malik Magomedovich Barkhanoev", "Malik Ruslanovich Barkhanoev"),
    ("KIM CHOL SAM", "KIM CHOL NAM"),
    ("김종은", "김정은"),
    ("习近朋", "习近平"),
    ("Wang Wei", "Zhang Wei"),
    ("Mohammed", "MOHAMMED, Karim Jamal Salih"),
    ("Heo Young-ho", "HO, Yong Il"),
    ("Ali Saddam Zubaydi", "Saddam Zubaydi Hamid Kazim"),
]
ONE_ORGANISATION = [
    ("Korval Shipping Ltd", "KORVAL SHIPPING LIMITED"),
    ("OOO Korval", "Korval Limited Liability Company"),
    ("Korval Shipping", "KORVAL SHIPPING CO., LTD."),
    ("First Korval Bank", "1st Korval Bank"),
    ("Brigade Forty-Four", "Brigade 44"),
    ("A.B.C. Korval", "ABC Korval"),
    ("Tehrik-e Korval (TEK)", "Tehrik-e Korval"),
    ("مصرف كورفال", "Korval Bank"),
    ("KPLA", "Korval People's Liberation Army"),
]
TWO_ORGANISATIONS = [
    ("Korval Shipping", "Zelvan Shipping"),
    ("Government of Estonia", "Government of Ethiopia"),
    ("General Trading Company", "Golden Trading Company"),
]


@pytest.mark.parametrize(("query", "listed"), ONE_PERSON)
def test_two_writings_of_one_person_alert(query: str, listed: str, rules: ScreeningRules) -> None:
    assert judged(query, listed, rules).alert


@pytest.mark.parametrize(("query", "listed"), TWO_PERSONS)
def test_two_persons_do_not_alert(query: str, listed: str, rules: ScreeningRules) -> None:
    assert not judged(query, listed, rules).alert


@pytest.mark.parametrize(("query", "listed"), ONE_ORGANISATION)
def test_two_writings_of_one_organisation_alert(query: str, listed: str, rules: ScreeningRules) -> None:
    assert judged(query, listed, rules, EntityKind.ORGANISATION).alert


@pytest.mark.parametrize(("query", "listed"), TWO_ORGANISATIONS)
def test_two_organisations_do_not_alert(query: str, listed: str, rules: ScreeningRules) -> None:
    assert not judged(query, listed, rules, EntityKind.ORGANISATION).alert
