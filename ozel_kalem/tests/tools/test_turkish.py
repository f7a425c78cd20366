import itertools
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...tools import turkish

ALPHABET = list("abcçdefgğhıijklmnoöpqrsştuüvwxyz")


class TableCase(BaseCase):
    def assert_table(self, function, table):
        for *arguments, expected in table:
            with self.subTest(arguments):
                self.assertEqual(function(*arguments), expected)


@tagged("ozel_kalem", "ok_tools")
class TestLetterCase(TableCase):
    def test_upper(self):
        self.assert_table(
            turkish.upper,
            [
                ("istanbul ılıca", "İSTANBUL ILICA"),
                ("çığ öşü", "ÇIĞ ÖŞÜ"),
                ("Millî kâğıt", "MİLLÎ KÂĞIT"),
                ("i\u0307zmir", "İZMİR"),
                (unicodedata.normalize("NFD", "şişli"), "ŞİŞLİ"),
                ("2026'da", "2026'DA"),
                ("", ""),
                (False, ""),
                (None, ""),
            ],
        )

    def test_lower(self):
        self.assert_table(
            turkish.lower,
            [
                ("İSTANBUL ILICA", "istanbul ılıca"),
                ("ÇIĞ ÖŞÜ", "çığ öşü"),
                ("MİLLÎ", "millî"),
                (unicodedata.normalize("NFD", "ŞİŞLİ"), "şişli"),
                ("", ""),
            ],
        )

    def test_upper_and_lower_undo_each_other(self):
        for letter in [*ALPHABET, "â", "î", "û"]:
            capital = turkish.upper(letter)
            self.assertNotEqual(capital, letter)
            self.assertEqual(turkish.lower(capital), letter)

    def test_title(self):
        self.assert_table(
            turkish.title,
            [
                ("FEN İŞLERİ MÜDÜRLÜĞÜ", "Fen İşleri Müdürlüğü"),
                ("park ve bahçeler müdürlüğü", "Park ve Bahçeler Müdürlüğü"),
                ("İKLİM DEĞİŞİKLİĞİ VE SIFIR ATIK", "İklim Değişikliği ve Sıfır Atık"),
                ("ve sonra", "Ve Sonra"),
                ("ANKARA'NIN TAŞI", "Ankara'nın Taşı"),
                ("ANKARA’NIN TAŞI", "Ankara’nın Taşı"),
                ("2026'DA ILICA", "2026'da Ilıca"),
                ("T.C.", "T.C."),
                ("(ılıca) 'izmir'", "(Ilıca) 'İzmir'"),
                ("çınarlı-IŞIKLI", "Çınarlı-Işıklı"),
                ("3. kat", "3. Kat"),
                ("", ""),
            ],
        )

    def test_person_name(self):
        self.assert_table(
            turkish.person_name,
            [
                ("Neslihan Günebakan", "Neslihan GÜNEBAKAN"),
                ("HASAN HÜSEYİN TOKATLI", "Hasan Hüseyin TOKATLI"),
                ("ilker ışık", "İlker IŞIK"),
                ("IŞIL İNCİ", "Işıl İNCİ"),
                ("  İpek   Durusu ", "İpek DURUSU"),
                ("Ayşe KAYA YILMAZ", "Ayşe KAYA YILMAZ"),
                ("Ayşe Kaya YILMAZ", "Ayşe Kaya YILMAZ"),
                ("Ali M. Kaya", "Ali M. KAYA"),
                ("İbrahim Akın-Işık", "İbrahim AKIN-IŞIK"),
                ("Neslihan GÜNEBAKAN", "Neslihan GÜNEBAKAN"),
                ("sabiha", "Sabiha"),
                ("", ""),
                (False, ""),
            ],
        )


@tagged("ozel_kalem", "ok_tools")
class TestOrder(TableCase):
    def sorted(self, texts):
        return sorted(texts, key=lambda text: turkish.sort_key(text).encode())

    def test_alphabet(self):
        self.assertEqual(self.sorted(reversed(ALPHABET)), ALPHABET)
        capitals = [turkish.upper(letter) for letter in ALPHABET]
        self.assertEqual(self.sorted(reversed(capitals)), capitals)

    def test_every_pair_of_letters_inside_a_word(self):
        for first, second in itertools.combinations(ALPHABET, 2):
            for ending in ("", "a", "z", "ç", " z", "1"):
                for other in ("", "a", "z", "ç", " z", "1"):
                    self.assertLess(
                        turkish.sort_key(f"k{first}{ending}"),
                        turkish.sort_key(f"k{second}{other}"),
                    )

    def test_words(self):
        for ordered in [
            ["Cafer", "Cuma", "Çağla", "Çetin", "Defne"],
            ["Ilgın", "Işık", "İbrahim", "İpek", "Jale"],
            ["Ali Veli", "Ali-Yaman", "Alican"],
            ["Oğuz", "Okan", "Ömer", "Özge", "Pelin"],
            ["Sağ", "Sakız", "Şahin", "Tan"],
            ["1. Cadde", "2026", "Ada"],
            ["Hakan", "Hızır", "Hicran", "Hülya"],
            ["Kadın", "Kâğıt", "Kalem"],
            ["Vural", "Wagner", "Xavier", "Yasin", "Zümra", "Жуков"],
        ]:
            with self.subTest(ordered):
                self.assertEqual(self.sorted(reversed(ordered)), ordered)

    def test_what_does_not_count(self):
        for texts in [
            ("ALİ RIZA", "ali rıza", " Ali   Rıza ", "Ali-Rıza"),
            ("kâr", "kar", "KAR"),
            ("O'Neil", "O’Neil", "oneil"),
            ("René", "rene", "RENE"),
        ]:
            with self.subTest(texts):
                self.assertEqual(len({turkish.sort_key(text) for text in texts}), 1)
        self.assertEqual(turkish.sort_key(False), "")

    def test_fold(self):
        self.assert_table(
            turkish.fold,
            [
                ("  ÇINARLIDERE  Belediyesi ", "cinarlidere belediyesi"),
                ("İIıi", "iiii"),
                ("ŞÜKRAN DEĞİRMENCİ", "sukran degirmenci"),
                ("Millî Eğitim kâğıdı", "milli egitim kagidi"),
                ("Özel Kalem’in", "ozel kalem'in"),
                ("Straße Ærø Łódź", "strasse aero lodz"),
                ("satır\nsonu\u00a0boşluk", "satir sonu bosluk"),
                ("Жуков", "жуков"),
                ("", ""),
                (False, ""),
            ],
        )
        self.assertTrue(turkish.fold("".join(ALPHABET) + "âîûéñß").isascii())


@tagged("ozel_kalem", "ok_tools")
class TestDatesAndNumbers(TableCase):
    def test_dates(self):
        for day, long, short in [
            (date(2026, 10, 7), "7 Ekim 2026 Çarşamba", "07.10.2026"),
            (date(2028, 2, 29), "29 Şubat 2028 Salı", "29.02.2028"),
            (date(2027, 1, 1), "1 Ocak 2027 Cuma", "01.01.2027"),
            (datetime(2026, 8, 30, 23, 59), "30 Ağustos 2026 Pazar", "30.08.2026"),
        ]:
            with self.subTest(day=day):
                self.assertEqual(turkish.long_date(day), long)
                self.assertEqual(turkish.short_date(day), short)
        self.assertEqual(
            turkish.long_date(date(2026, 10, 7), weekday=False), "7 Ekim 2026"
        )

    def test_number(self):
        self.assert_table(
            turkish.number,
            [
                (1234.56, 2, "1.234,56"),
                (1234567, 0, "1.234.567"),
                (0, 2, "0,00"),
                (999, 0, "999"),
                (-1234.5, 1, "-1.234,5"),
                (-0.001, 2, "0,00"),
                (2.675, 2, "2,68"),
                (0.5, 0, "1"),
                (Decimal("12345678901234567890123456789012.345"), 2)
                + ("12.345.678.901.234.567.890.123.456.789.012,35",),
                (1e21, 0, "1.000.000.000.000.000.000.000"),
            ],
        )
        self.assertEqual(turkish.number(7), "7,00")

    def test_number_refuses(self):
        for value, decimals, argument in [
            (float("nan"), 2, "value"),
            (float("inf"), 2, "value"),
            ("12", 2, "value"),
            (None, 2, "value"),
            (True, 2, "value"),
            (1, -1, "decimals"),
            (1, 21, "decimals"),
            (1, 1.5, "decimals"),
        ]:
            named = self.assertRaisesRegex(ValueError, argument)
            with self.subTest(value=value, decimals=decimals), named:
                turkish.number(value, decimals)


@tagged("ozel_kalem", "ok_tools")
class TestSuffixes(TableCase):
    def test_genitive(self):
        self.assert_table(
            turkish.genitive,
            [
                ("Hakan", "Hakan'ın"),
                ("Ayşe", "Ayşe'nin"),
                ("Ahmet", "Ahmet'in"),
                ("Oya", "Oya'nın"),
                ("Ümit", "Ümit'in"),
                ("Gönül", "Gönül'ün"),
                ("Turgut", "Turgut'un"),
                ("Burcu", "Burcu'nun"),
                ("Kemal", "Kemal'in"),
                ("Neslihan GÜNEBAKAN", "Neslihan GÜNEBAKAN'ın"),
                ("GÜNEBAKAN", "GÜNEBAKAN'IN"),
                ("DEĞİRMENCİ", "DEĞİRMENCİ'NİN"),
                ("TBMM", "TBMM'nin"),
                ("KVKK", "KVKK'nin"),
                ("2026", "2026'nın"),
                ("2026/00123", "2026/00123'ün"),
            ],
        )

    def test_locative(self):
        self.assert_table(
            turkish.locative,
            [
                ("Mart", "Mart'ta"),
                ("Ekim", "Ekim'de"),
                ("Ağustos", "Ağustos'ta"),
                ("Zonguldak", "Zonguldak'ta"),
                ("Sinop", "Sinop'ta"),
                ("Ankara", "Ankara'da"),
                ("2026", "2026'da"),
                ("2025", "2025'te"),
                ("2024", "2024'te"),
                ("2023", "2023'te"),
                ("2019", "2019'da"),
                ("2010", "2010'da"),
                ("2000", "2000'de"),
                ("1900", "1900'de"),
                ("1940", "1940'ta"),
                ("1960", "1960'ta"),
                ("1970", "1970'te"),
                ("07.10.2026", "07.10.2026'da"),
                ("14.00", "14.00'te"),
                ("09:05", "09:05'te"),
            ],
        )

    def test_every_kind(self):
        for word, *expected in [
            ("Ankara", "'ya", "'yı", "'nın", "'da", "'dan", "'yla"),
            ("İzmir", "'e", "'i", "'in", "'de", "'den", "'le"),
            ("Zonguldak", "'a", "'ı", "'ın", "'ta", "'tan", "'la"),
            ("Gebze", "'ye", "'yi", "'nin", "'de", "'den", "'yle"),
            ("Ordu", "'ya", "'yu", "'nun", "'da", "'dan", "'yla"),
            ("Gümüşköy", "'e", "'ü", "'ün", "'de", "'den", "'le"),
            ("9", "'a", "'u", "'un", "'da", "'dan", "'la"),
            ("100", "'e", "'ü", "'ün", "'de", "'den", "'le"),
            ("1.000.000", "'a", "'u", "'un", "'da", "'dan", "'la"),
            ("0", "'a", "'ı", "'ın", "'da", "'dan", "'la"),
        ]:
            for kind, ending in zip(turkish.SUFFIXES, expected, strict=True):
                with self.subTest(word=word, kind=kind):
                    self.assertEqual(turkish.suffix(word, kind), word + ending)

    def test_common_nouns(self):
        self.assert_table(
            lambda word, kind: turkish.suffix(word, kind, proper=False),
            [
                ("müdürlük", "dative", "müdürlüğe"),
                ("BAŞKANLIK", "dative", "BAŞKANLIĞA"),
                ("başkanlık", "locative", "başkanlıkta"),
                ("dosya", "genitive", "dosyanın"),
                ("evrak", "accusative", "evrakı"),
                ("saat", "locative", "saatte"),
            ],
        )

    def test_capital(self):
        self.assertEqual(turkish.suffix("DSİ", "genitive", capital=False), "DSİ'nin")
        self.assertEqual(turkish.suffix("Mart", "locative", capital=True), "Mart'TA")

    def test_refuses(self):
        for word, kind, argument in [
            ("Ankara", "vocative", "kind"),
            ("", "dative", "word"),
            ("…", "dative", "word"),
            (None, "dative", "word"),
        ]:
            named = self.assertRaisesRegex(ValueError, argument)
            with self.subTest(word=word, kind=kind), named:
                turkish.suffix(word, kind)

    def test_addressee(self):
        self.assert_table(
            turkish.dative,
            [
                ("ANKARA VALİLİĞİ", "ANKARA VALİLİĞİNE"),
                ("ÇINARLIDERE KAYMAKAMLIĞI", "ÇINARLIDERE KAYMAKAMLIĞINA"),
                ("BELEDİYE BAŞKANLIĞI", "BELEDİYE BAŞKANLIĞINA"),
                ("FEN İŞLERİ MÜDÜRLÜĞÜ", "FEN İŞLERİ MÜDÜRLÜĞÜNE"),
                ("Fen İşleri Müdürlüğü", "Fen İşleri Müdürlüğüne"),
                ("MİLLÎ EĞİTİM BAKANLIĞI", "MİLLÎ EĞİTİM BAKANLIĞINA"),
                ("CUMHURBAŞKANLIĞI", "CUMHURBAŞKANLIĞINA"),
                ("TÜRKİYE BÜYÜK MİLLET MECLİSİ", "TÜRKİYE BÜYÜK MİLLET MECLİSİNE"),
                ("DEVLET SU İŞLERİ", "DEVLET SU İŞLERİNE"),
                ("İLLER BANKASI", "İLLER BANKASINA"),
                ("SOSYAL GÜVENLİK KURUMU", "SOSYAL GÜVENLİK KURUMUNA"),
                ("GENÇLİK KULÜBÜ", "GENÇLİK KULÜBÜNE"),
                ("DAĞITIM YERLERİ", "DAĞITIM YERLERİNE"),
                ("YAPI A.Ş.", "YAPI A.Ş.NE"),
                ("ANKARA", "ANKARA'YA"),
                ("İZMİR", "İZMİR'E"),
                ("Ankara", "Ankara'ya"),
                ("TÜRK KIZILAY", "TÜRK KIZILAY'A"),
                ("Sayın Neslihan GÜNEBAKAN", "Sayın Neslihan GÜNEBAKAN"),
                (
                    "ANKARA VALİLİĞİ\n(İl Yazı İşleri Müdürlüğü)",
                    "ANKARA VALİLİĞİNE\n(İl Yazı İşleri Müdürlüğü)",
                ),
                (
                    "ANKARA VALİLİĞİ (İl Yazı İşleri Müdürlüğü)",
                    "ANKARA VALİLİĞİNE (İl Yazı İşleri Müdürlüğü)",
                ),
            ],
        )
        for name in ("", "  ", None, "(Birim)"):
            with self.subTest(name), self.assertRaises(ValueError):
                turkish.dative(name)
