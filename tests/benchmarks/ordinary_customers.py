"""A population of ordinary customers: generated, seeded, and honest about what it is not.

How it is built: for each of sixteen cultures, twenty or so family names and given names of each sex that are the
commonest there and as many again that are common, written from general knowledge, all drawn alike; birth years from
1935 to 2005, evenly. With `commonest=True` only the first are drawn, weighed by 1 / (rank + 2): a stress test in which
one customer in a hundred is an exact namesake of an entry. A name is written the way a bank's form has it: given names
first, in Latin letters, East Asian names in the order of their passports, a third of Russians with the patronymic,
half of the Spanish with two family names.

What it is not: a sample of any bank's customers. It has no rare names, so it meets the lists' common names more often
than real customers do; the shares of the cultures are assumptions (see MIXES). It must not
be tuned to: weights and cut-offs were chosen on the half of the customers whose number has an even digest, and figures
are reported for the odd half.
"""

import hashlib
import random
from dataclasses import dataclass
from datetime import date

from backend.screening.lists.entity import BirthDate, EntityKind, Gender
from backend.screening.matching.subject import Subject


@dataclass(frozen=True)
class Culture:
    family: tuple[str, ...]
    female: tuple[str, ...]
    male: tuple[str, ...]
    family_first: bool = False


def _culture(family: str, female: str, male: str, *, family_first: bool = False) -> Culture:
    return Culture(tuple(family.split()), tuple(female.split()), tuple(male.split()), family_first)


CULTURES = {
    "english": _culture(
        "Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Thomas Moore Martin Thompson "
        "White Clark Lewis Robinson Walker Hall Baker Turner Morris Murphy Bennett Foster Hughes Palmer Stone "
        "Webb",
        "Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Emma Olivia Laura Amy "
        "Rachel Megan Hannah Grace Chloe Heather",
        "James Robert John Michael David William Richard Joseph Thomas Charles Daniel Matthew Mark Paul "
        "Steven Andrew Kevin Brian George Edward",
    ),
    "german": _culture(
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Richter Klein Wolf "
        "Neumann Schwarz Zimmermann Braun Krüger Hartmann Lange Werner Krause Lehmann Köhler",
        "Anna Maria Ursula Monika Petra Sabine Renate Karin Brigitte Claudia Julia Katharina Sandra Nicole Stefanie",
        "Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Stefan Christian Frank Markus Uwe Bernd Tobias Sebastian",
    ),
    "french": _culture(
        "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel "
        "Garcia David Bertrand Roux Vincent Fournier Morel Girard Mercier Dupont Lambert",
        "Marie Nathalie Isabelle Catherine Sylvie Christine Camille Léa Manon Sophie Céline Julie Aurélie Chantal",
        "Jean Pierre Michel Philippe Alain Nicolas Christophe Laurent Thomas Julien Antoine François Olivier "
        "Hugo Lucas",
    ),
    "spanish": _culture(
        "García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández "
        "Díaz Moreno Álvarez Romero Alonso Gutiérrez Navarro Torres Ramírez Flores Vargas Castillo",
        "María Carmen Ana Isabel Laura Cristina Marta Lucía Elena Rosa Sofía Paula Andrea Claudia Patricia",
        "José Antonio Juan Manuel Francisco Luis Javier Carlos Miguel Alejandro Pedro Pablo Sergio Daniel Jorge",
    ),
    "portuguese": _culture(
        "Silva Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Gomes Costa Ribeiro Martins "
        "Carvalho Almeida Lopes Soares Fernandes Vieira Barbosa",
        "Maria Ana Francisca Antônia Adriana Juliana Márcia Fernanda Patrícia Aline Camila Beatriz Letícia",
        "José João Antônio Francisco Carlos Paulo Pedro Lucas Luiz Marcos Gabriel Rafael Bruno Eduardo Felipe",
    ),
    "italian": _culture(
        "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti DeLuca "
        "Mancini Costa Giordano Rizzo Lombardi Moretti",
        "Maria Anna Giuseppina Rosa Angela Giulia Francesca Chiara Laura Sara Valentina Elena Paola",
        "Giuseppe Antonio Giovanni Mario Luigi Francesco Marco Andrea Alessandro Matteo Roberto Stefano Paolo",
    ),
    "polish": _culture(
        "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak "
        "Dąbrowski Kozłowski Jankowski Mazur Kwiatkowski Krawczyk",
        "Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Magdalena Joanna Aleksandra Zofia",
        "Piotr Krzysztof Andrzej Tomasz Jan Paweł Michał Marcin Stanisław Jakub Adam Marek Łukasz",
    ),
    "russian": _culture(
        "Ivanov Smirnov Kuznetsov Popov Vasiliev Petrov Sokolov Mikhailov Novikov Fedorov Morozov Volkov "
        "Alekseev Lebedev Semenov Egorov Pavlov Kozlov Stepanov Nikolaev Orlov Zaitsev Belov Tarasov",
        "Elena Olga Natalia Irina Svetlana Tatiana Anna Maria Ekaterina Marina Julia Galina Ludmila",
        "Alexander Sergey Dmitry Andrey Alexey Vladimir Ivan Mikhail Nikolay Yuri Igor Oleg Pavel Evgeny Maxim",
    ),
    "turkish": _culture(
        "Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin "
        "Kara Koç Kurt",
        "Fatma Ayşe Emine Hatice Zeynep Elif Meryem Şerife Zehra Sultan Merve Esra Büşra",
        "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim İsmail Osman Yusuf Murat Emre Burak Serkan",
    ),
    "arabic": _culture(
        "Ahmed Hassan Ali Ibrahim Mohamed Khalil Mansour Saleh Nasser Haddad Khoury Saad Farah Aziz Hamdan "
        "Najjar Salem Qasim Darwish Suleiman Awad Bakr Shehata Ghanem Barakat",
        "Fatima Aisha Mariam Layla Nour Sara Huda Amal Rania Salma Yasmin Zainab Hanan",
        "Mohamed Ahmed Ali Omar Mahmoud Khaled Hassan Youssef Ibrahim Mustafa Karim Samir Tarek Walid Bilal",
    ),
    "persian": _culture(
        "Mohammadi Hosseini Ahmadi Karimi Rezaei Moradi Jafari Rahimi Hashemi Sadeghi Mousavi Ebrahimi Akbari "
        "Rostami Kazemi Ghasemi Norouzi Soltani",
        "Fatemeh Zahra Maryam Masoumeh Sakineh Leila Narges Sara Mina Parisa Shirin Nasrin",
        "Mohammad Ali Hossein Reza Mehdi Hassan Amir Saeed Hamid Majid Behrouz Farhad Dariush",
    ),
    "south_asian": _culture(
        "Kumar Singh Sharma Patel Gupta Khan Das Reddy Nair Verma Yadav Mehta Joshi Iyer Ahmed Hussain Malik "
        "Chaudhry Rahman Islam Bhatt Rao Mishra Desai Kapoor",
        "Priya Anjali Sunita Pooja Neha Kavita Lakshmi Fatima Ayesha Shreya Deepa Meena",
        "Rahul Amit Rajesh Sanjay Vijay Arjun Suresh Mohammed Imran Ravi Anil Deepak Vikram Abdul",
    ),
    "chinese": _culture(
        "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie Song Tang",
        "Fang Min Jing Xiuying Lijuan Yan Xia Xiaoli Meiling Yuhan Jiayi Xinyi Qian Ting",
        "Wei Qiang Lei Jun Yong Jie Tao Chao Jianguo Zhiqiang Haoran Yuxuan Zihan Weiming Guoqiang",
        family_first=True,
    ),
    "korean": _culture(
        "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Ahn Song",
        "Ji-woo Seo-yeon Min-seo Ha-eun Soo-jin Eun-ji Hye-jin Mi-kyung Young-hee Sun-young",
        "Min-jun Seo-jun Ji-hoon Sung-min Dong-hyun Jae-won Young-ho Sang-hoon Kyung-soo Jong-su",
        family_first=True,
    ),
    "vietnamese": _culture(
        "Nguyen Tran Le Pham Hoang Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly",
        "Thi-Lan Thi-Mai Thi-Hoa Thi-Huong Ngoc-Anh Thu-Ha Phuong Linh Thanh-Tam",
        "Van-Minh Van-Hung Duc-Anh Quoc-Tuan Thanh-Long Hai-Nam Minh-Quan Van-Duc",
        family_first=True,
    ),
    "west_african": _culture(
        "Diallo Traoré Keita Touré Coulibaly Diop Ndiaye Fall Sow Ba Koné Ouattara Okafor Adeyemi Bello Musa "
        "Mensah Owusu Abubakar Sani",
        "Fatou Aminata Mariam Awa Aissatou Kadiatou Ngozi Chioma Amina Abena Akosua",
        "Mamadou Amadou Ibrahima Moussa Ousmane Abdoulaye Cheikh Chukwu Emeka Kwame Kofi Sani Yusuf",
    ),
}
FURTHER = {
    "english": _culture(
        "Evans Roberts Wright Green Hill Cooper Ward Cook Bailey Bell Richardson Howard Peterson Gray Watson "
        "Brooks Kelly Sanders Price Wood Barnes Ross Henderson Coleman Jenkins Perry Powell Long Patterson "
        "Hayes Fletcher Chapman Harvey Mason Holmes Knight Barker Pearce Sutton Whitfield",
        "Charlotte Amelia Victoria Rebecca Samantha Kathleen Joanne Deborah Alison Fiona Gemma Zoe Bethany "
        "Holly Natasha",
        "Stephen Kenneth Gary Simon Ian Neil Graham Adam Benjamin Samuel Oliver Harry Jack Luke Nathan",
    ),
    "german": _culture(
        "Schröder Schwarz Hofmann Schmitz Krämer Huber Kaiser Fuchs Scholz Möller Jung Hahn Keller Vogel "
        "Schubert Roth Frank Friedrich Beck Günther Berger Winkler Lorenz Baumann Schuster Böhm Kraus Jäger "
        "Schumacher Vogt Stein Otto Sommer Haas Graf Heinrich Seidel Brandt Dietrich Pohl",
        "Birgit Heike Silke Martina Angelika Gabriele Susanne Christine Andrea Lena Lea Johanna Franziska Melanie Ute",
        "Dieter Rainer Manfred Helmut Ralf Frank Jens Dirk Matthias Florian Jan Lukas Philipp Felix Holger",
    ),
    "french": _culture(
        "Bonnet François Martinez Legrand Garnier Faure Rousseau Blanc Guérin Muller Henry Roussel Nicolas "
        "Perrin Morin Mathieu Clément Gauthier Dumont Lopez Fontaine Chevalier Robin Masson Sanchez Gérard "
        "Nguyen Boyer Denis Lemaire Duval Joly Gautier Roger Roche Roy Noël Meyer Lucas Meunier",
        "Valérie Sandrine Stéphanie Véronique Martine Monique Françoise Brigitte Emma Chloé Inès Jade Louise "
        "Alice Pauline",
        "Daniel Bernard Patrick Christian Éric Frédéric Pascal Thierry Stéphane Alexandre Maxime Mathieu "
        "Louis Gabriel Arthur",
    ),
    "spanish": _culture(
        "Muñoz Domínguez Vázquez Ramos Gil Serrano Blanco Molina Morales Suárez Ortega Delgado Castro Ortiz "
        "Rubio Marín Sanz Núñez Iglesias Medina Garrido Cortés Santos Lozano Guerrero Cano Prieto Méndez Cruz "
        "Calvo Gallego Vidal León Márquez Herrera Peña Cabrera Campos Vega Fuentes",
        "Pilar Dolores Teresa Mercedes Raquel Beatriz Silvia Rocío Irene Alba Nuria Eva Inés Alicia Gloria",
        "Rafael Ángel Fernando Ramón Alberto Raúl Enrique Diego Rubén Óscar Adrián Iván Álvaro Víctor Jaime",
    ),
    "portuguese": _culture(
        "Rocha Dias Nascimento Moreira Nunes Marques Machado Mendes Freitas Cardoso Ramos Gonçalves Santana "
        "Teixeira Araújo Pinto Correia Cavalcanti Monteiro Moura Batista Barros Campos Reis Melo Borges "
        "Castro Andrade Azevedo Cunha",
        "Sandra Camila Amanda Bruna Jéssica Larissa Vanessa Mariana Gabriela Vera Luciana Renata Carla Simone",
        "Daniel Marcelo Rodrigo Gustavo Leonardo Thiago Diego Vinícius Fábio André Ricardo Sérgio Roberto Jorge",
    ),
    "italian": _culture(
        "Bruni Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone Longo Gentile "
        "Martinelli Vitale Lombardo Serra Coppola DeSantis Marchetti Parisi Villa Conte Ferraro Ferri Fabbri "
        "Bianco Marini Grasso Valentini Messina Sala DeAngelis Gatti Pellegrini Palumbo Sanna Farina Rizzi "
        "Monti",
        "Giovanna Teresa Lucia Carmela Caterina Alessandra Martina Federica Silvia Elisa Ilaria Simona Daniela",
        "Davide Daniele Simone Luca Federico Riccardo Vincenzo Salvatore Domenico Fabio Massimo Emanuele Giorgio",
    ),
    "polish": _culture(
        "Wojciechowski Grabowski Pawłowski Michalski Król Nowakowski Wieczorek Wróbel Jabłoński Dudek "
        "Adamczyk Majewski Nowicki Olszewski Stępień Malinowski Jaworski Pawlak Górski Witkowski Walczak "
        "Sikora Rutkowski Baran Michalak Szewczyk Ostrowski Tomaszewski Pietrzak Duda",
        "Monika Beata Dorota Jadwiga Teresa Danuta Iwona Halina Renata Karolina Natalia Julia",
        "Zbigniew Jerzy Tadeusz Dariusz Mariusz Wojciech Mateusz Kamil Rafał Robert Grzegorz Kacper",
    ),
    "russian": _culture(
        "Solovyov Vinogradov Bogdanov Vorobyov Gusev Kiselev Ilyin Titov Kuzmin Kudryavtsev Baranov Kulikov "
        "Yakovlev Sorokin Sergeev Romanov Zakharov Borisov Korolev Gerasimov Ponomarev Grigoriev Lazarev "
        "Medvedev Ershov Nikitin Sobolev Ryabov Polyakov Tsvetkov Danilov Zhukov Frolov Zhuravlev Krylov "
        "Maksimov Sidorov Osipov Belousov Fedotov",
        "Nina Valentina Larisa Oksana Alla Tamara Yulia Ksenia Daria Polina Vera Nadezhda",
        "Roman Viktor Konstantin Anton Artem Kirill Denis Vitaly Ilya Stanislav Vadim Gennady Boris Anatoly",
    ),
    "turkish": _culture(
        "Özkan Şimşek Polat Özcan Korkmaz Çakır Erdoğan Yavuz Can Acar Şen Aktaş Güler Yalçın Güneş Bozkurt "
        "Bulut Keskin Ünal Turan Gül Özer Işık Kaplan Avcı Sarı Tekin Taş Köse Yüksel",
        "Hülya Sevgi Gülsüm Özlem Esra Ebru Derya Pınar Selin Ceren Sibel",
        "Hakan Fatih Orhan Kemal Cem Onur Volkan Tolga Kerem Ramazan Süleyman Halil",
    ),
    "arabic": _culture(
        "Othman Yousef Jaber Abdallah Hariri Masri Sabbagh Rashid Shaheen Zaki Tawfik Fawzi Kassem Fahmy "
        "Naguib Hamdi Badawi Sharif Idris Taha Benali Bouzid Chaoui Mansouri Alaoui Bennani Tazi Idrissi "
        "Amrani Ziani Kaddour Slimani Haddadi Meziane Brahimi Trabelsi Gharbi Jaziri Chebbi Dridi",
        "Samira Nadia Karima Latifa Rachida Naima Souad Malika Hayat Dina Heba Mona Reem",
        "Adel Hisham Sherif Tamer Wael Hany Ayman Rachid Karim Nabil Sofiane Mehdi Anis",
    ),
    "persian": _culture(
        "Zare Alizadeh Rezazadeh Heidari Bagheri Mahmoudi Nazari Yousefi Ghorbani Salehi Shahbazi Tehrani "
        "Shirazi Tabrizi Esfahani Farahani Kermani Rahmani Azizi Naderi Farhadi Asadi Abbasi Amini Sharifi "
        "Bahrami Ansari Nouri Hatami Safavi",
        "Azadeh Elham Farzaneh Mahsa Niloufar Shahla Shadi Yasaman Zohreh Bahar Golnaz Roya",
        "Arash Babak Bahram Ehsan Hamidreza Kamran Kaveh Mohsen Navid Omid Peyman Siavash Vahid",
    ),
    "south_asian": _culture(
        "Agarwal Bansal Chopra Malhotra Saxena Tiwari Pandey Chauhan Thakur Banerjee Mukherjee Chatterjee Sen "
        "Bose Ghosh Pillai Menon Krishnan Subramanian Naidu Shetty Hegde Kulkarni Deshpande Patil Jadhav "
        "Shinde Qureshi Siddiqui Ansari Sheikh Mirza Butt Awan Iqbal Aslam Akhtar Chowdhury Hossain Uddin",
        "Asha Rekha Usha Geeta Nisha Ritu Swati Divya Sana Saima Nusrat Rukhsana",
        "Manoj Vinod Ashok Prakash Nitin Rohit Karthik Ganesh Faisal Usman Bilal Asif Kamran Tariq Shahid",
    ),
    "chinese": _culture(
        "Deng Xu Han Feng Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Du Ye Cheng Wei Su Lu Ding Ren "
        "Shen Yao Cui Zhong Tan Fan Jin",
        "Xiaohong Xiaomei Yuting Siqi Yutong Mengyao Xueying Guiying Shuzhen Lihua Yanping Huifang Wenjing Ruoxi Yifan",
        "Zhenhua Jianjun Wenbin Xiaofeng Yichen Haotian Tianyu Junjie Minghui Shaohua Zhiyuan Guohua Weidong "
        "Yongjun Bowen",
    ),
    "korean": _culture(
        "Yoo Ryu Jeon Hong Ko Moon Yang Son Bae Baek Heo Nam Shim Noh Ha Kwak Sung Cha Joo Woo",
        "Yu-jin Da-hye Na-young Bo-ra Ye-jin So-hee Hyun-jung Ji-eun Su-bin Chae-won",
        "Woo-jin Tae-hyung Joon-ho Seung-hyun Hyun-woo Do-yun In-ho Chang-min Kwang-hyun Byung-chul",
    ),
    "vietnamese": _culture(
        "Trinh Dinh Mai Truong Lam Cao Ha Luong Luu Tang Quach Thai Chau Ta",
        "Kim-Anh Bich-Ngoc My-Linh Hong-Nhung Thuy-Duong Khanh-Linh Minh-Thu Bao-Tran",
        "Tuan-Kiet Gia-Bao Hoang-Long Trung-Hieu Dinh-Phuc Manh-Cuong Xuan-Bach Huu-Thang",
    ),
    "west_african": _culture(
        "Sangaré Sidibé Konaté Fofana Camara Bangoura Sylla Barry Bah Cissé Kanté Sissoko Dembélé Gueye Faye "
        "Sarr Mbaye Okonkwo Eze Nwosu Balogun Ogunleye Lawal Danjuma Asante Boateng Agyeman Appiah Ansah "
        "Quaye",
        "Rokia Oumou Adama Bintou Khady Ndeye Yaa Efua Folake Yetunde Ifeoma Blessing",
        "Boubacar Lamine Modou Abdou Sekou Adama Kwaku Yaw Tunde Segun Obinna Chidi Uche Ibrahim",
    ),
}
"""Names that are common too, but not the commonest."""
_EVEN = dict.fromkeys(CULTURES, 1.0)
_EUROPEAN = {
    "english": 25, "german": 14, "french": 12, "spanish": 10, "portuguese": 5, "italian": 8, "polish": 6, "russian": 3,
    "turkish": 4, "arabic": 4, "persian": 1, "south_asian": 3, "chinese": 2, "korean": 0.5, "vietnamese": 1,
    "west_african": 1.5,
}  # fmt: skip
MIXES = {"a European retail bank": _EUROPEAN, "every culture alike": _EVEN}


@dataclass(frozen=True)
class Customer:
    number: int
    culture: str
    subject: Subject

    @property
    def half(self) -> int:
        """0 for tuning, 1 for the report."""
        return hashlib.sha256(f"customer:{self.number}".encode()).digest()[0] % 2


_TRADES = (  # noqa: SIM905 - words read best as text
    "Trading Logistics Shipping Consulting Engineering Construction Foods Textiles Pharma Electronics "
    "Energy Motors Steel Properties Capital Software Travel Media Chemicals Furniture Agro Marine "
    "Aviation Medical Design Security Systems Bakery Plumbing Dental Optics Printing Garage Hotel "
    "Restaurant "
).split()
_FANCY = (  # noqa: SIM905 - words read best as text
    "Star Global Prime Atlas Delta Orient Crystal Golden Royal Nova Alpha Omega Phoenix Horizon Summit "
    "Pacific Euro Trans Inter Pro Sun Blue Green Silver Eagle Lion Falcon Pearl Diamond Vision Future "
    "Smart Quick Best Union Victory Unity "
).split()
_FORMS = [
    "Ltd",
    "LLC",
    "Inc",
    "GmbH",
    "S.A.",
    "S.r.l.",
    "B.V.",
    "AG",
    "SARL",
    "Sp. z o.o.",
    "Co., Ltd",
    "Group",
    "& Sons",
    "",
]


def companies(size: int, seed: int = 20260102) -> list[Customer]:
    """Ordinary companies: a family name or a fancy word or two, a trade, a legal form."""
    chance = random.Random(seed)
    return [Customer(number, "company", _company(chance)) for number in range(size)]


def _company(chance: random.Random) -> Subject:
    culture = _whole(chance.choice(list(CULTURES)))
    owner = (chance.choice(culture.family),)
    fancy = (chance.choice(_FANCY),)
    words = chance.choice((owner, fancy, (*fancy, *owner), (chance.choice(_FANCY), chance.choice(_FANCY))))
    name = " ".join((*words, chance.choice(_TRADES), chance.choice(_FORMS))).strip()
    return Subject(names=(name,), kind=EntityKind.ORGANISATION)


def population(size: int, mix: dict[str, float], *, commonest: bool = False, seed: int = 20260101) -> list[Customer]:
    chance = random.Random(seed)
    cultures = chance.choices(list(mix), weights=list(mix.values()), k=size)
    return [Customer(number, culture, _subject(chance, culture, commonest)) for number, culture in enumerate(cultures)]


def _subject(chance: random.Random, name: str, commonest: bool) -> Subject:
    culture = CULTURES[name] if commonest else _whole(name)
    gender = chance.choice((Gender.FEMALE, Gender.MALE))
    given = _drawn(chance, culture.female if gender is Gender.FEMALE else culture.male, commonest)
    family = _drawn(chance, culture.family, commonest)
    year = chance.randint(1935, 2005)
    return Subject(
        names=(_written(chance, name, given, family, gender, commonest),),
        kind=EntityKind.PERSON,
        birth_date=BirthDate(date(year, 1, 1), date(year, 12, 31)),
        gender=gender,
    )


def _whole(name: str) -> Culture:
    first, more = CULTURES[name], FURTHER[name]
    return Culture(first.family + more.family, first.female + more.female, first.male + more.male, first.family_first)


def _drawn(chance: random.Random, names: tuple[str, ...], commonest: bool) -> str:
    return chance.choices(names, weights=[1 / (rank + 2) if commonest else 1 for rank in range(len(names))])[0]


def _written(chance: random.Random, culture: str, given: str, family: str, gender: Gender, commonest: bool) -> str:
    if culture == "spanish" and chance.random() < 1 / 2:
        family = f"{family} {_drawn(chance, _whole(culture).family, commonest)}"
    if culture == "russian":
        father = _drawn(chance, _whole(culture).male, commonest)
        middle = f" {_patronymic(father, gender)}" if chance.random() < 1 / 3 else ""
        return f"{given}{middle} {family}{'a' if gender is Gender.FEMALE else ''}"
    if CULTURES[culture].family_first:
        return f"{family} {given}"
    return f"{given} {family}"


def _patronymic(father: str, gender: Gender) -> str:
    stem = father.rstrip("aiey")
    ending = "ovna" if gender is Gender.FEMALE else "ovich"
    return f"{stem[:-1]}evna" if stem.endswith("y") else stem + ending
