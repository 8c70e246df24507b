#!/usr/bin/env python3
"""glyphs.py > glyphs.txt: forms of characters that Japanese does not write, each with the Japanese form.

Simplified forms come from ICU's own transliterator (uconv -x Hans-Hant, made from Unicode's Unihan), from the
characters of GB 2312 that Windows-31J lacks. Traditional ones come from the same for Big5, and from the old and new
forms of the Jōyō table below (public facts of Japanese orthography, written down for this project). A form that
Windows-31J can write may be somebody's name in Japan, and is "old"; all others are "foreign".

Characters of GB 2312, and of the common ones of Big5, that neither Windows-31J nor JIS X 0213:2004 has are no
Japanese at all: those have the word that a Japanese would write (WORDS), or nothing. JIS X 0213 has some of the
commonest words of Chinese, too, for what dictionaries quote; only those of WORDS count. PAIRS has words of more than
one character whose characters all are Japanese.
"""
import subprocess

# Old form and new form, by turns.
OLD_NEW = (
    "亞亜惡悪壓圧圍囲爲為醫医壹壱隱隠營営榮栄衞衛驛駅圓円鹽塩緣縁應応歐欧毆殴櫻桜奧奥橫横溫温穩穏假仮價価畫画會会"
    "壞壊懷懐繪絵擴拡覺覚學学嶽岳樂楽勸勧卷巻寬寛歡歓罐缶觀観關関陷陥顏顔氣気歸帰龜亀僞偽戲戯犧犠舊旧據拠擧挙峽峡"
    "挾挟狹狭鄕郷曉暁區区驅駆勳勲薰薫徑径惠恵揭掲溪渓經経繼継莖茎螢蛍輕軽鷄鶏藝芸擊撃缺欠儉倹劍剣圈圏檢検權権獻献"
    "硏研縣県險険顯顕驗験嚴厳效効廣広恆恒鑛鉱號号國国黑黒濟済碎砕齋斎劑剤櫻桜册冊雜雑參参慘惨棧桟蠶蚕贊賛殘残絲糸"
    "齒歯兒児辭辞濕湿實実寫写釋釈壽寿收収從従澁渋獸獣縱縦肅粛處処緖緒敍叙奬奨將将燒焼稱称證証乘乗剩剰壤壌孃嬢條条淨浄"
    "疊畳讓譲釀醸囑嘱觸触寢寝愼慎晉晋眞真盡尽圖図粹粋醉酔隨随髓髄數数樞枢聲声靜静齊斉攝摂竊窃專専戰戦淺浅潛潜纖繊踐践"
    "錢銭禪禅雙双壯壮搜捜插挿爭争總総聰聡莊荘裝装騷騒增増藏蔵臟臓卽即屬属續続墮堕體体對対帶帯滯滞臺台瀧滝擇択澤沢單単"
    "擔担膽胆團団彈弾斷断癡痴晝昼蟲虫鑄鋳廳庁徵徴聽聴敕勅鎭鎮遞逓鐵鉄轉転點点傳伝黨党盜盗燈灯當当鬪闘德徳獨独讀読屆届"
    "繩縄貳弐惱悩腦脳廢廃拜拝賣売麥麦發発髮髪拔抜蠻蛮祕秘濱浜甁瓶拂払佛仏竝並變変邊辺舖舗穗穂寶宝豐豊沒没飜翻每毎萬万"
    "滿満麵麺默黙彌弥譯訳藥薬與与豫予餘余譽誉搖揺樣様謠謡遙遥來来賴頼亂乱覽覧兩両獵猟綠緑淚涙壘塁禮礼勵励戾戻靈霊隸隷"
    "齡齢戀恋爐炉勞労朗朗樓楼郞郎祿禄錄録灣湾內内產産說説戶戸稅税歲歳脫脱銳鋭閱閲悅悦敎教值値步歩"
    "虛虚歷歴曆暦鄉郷雞鶏貓猫佔占佈布污汚值値錄録"
    "換換淸清靑青晴晴羣群強強姊姉黃黄查査吳呉娛娯誤誤舍舎啟啓兌兌挿挿搖揺煙煙裏裏眾衆畧略絕絶冰氷鉤鉤"
)

# What Hans-Hant makes of a character is not always what Japanese writes; these are settled by hand.
SETTLED = {"历": "歴", "划": "画", "涉": "渉", "综": "総", "鉴": "鑑", "预": "予", "龙": "竜", "举": "挙", "奖": "奨", "鸡": "鶏",
           "乡": "郷", "联": "連"}

# Words of Chinese that are one character which Japanese does not write: what stands there instead, by turns; "-" for
# what Japanese has no word for.
WORDS = (
    "码 コード 这 これ 们 たち 么 - 你 あなた 您 あなた 妳 あなた 她 彼女 咱 我々 哪 どれ 吗 か 嗎 か 吧 - 呢 - 啊 - 嗯 はい 喂 もしもし 爸 父 爹 父 "
    "媳 嫁 够 足りる 夠 足りる 另 別に 扔 捨てる 丢 なくす 丟 なくす 挖 掘る 拖 引く 搞 する 跑 走る 躲 隠れる 躺 横たわる "
    "趴 伏せる 逛 歩く 踢 蹴る 踩 踏む 拋 投げる 挡 遮る 擋 遮る 摔 落とす 揍 殴る 偷 盗む 懂 分かる 惦 気にする 瞧 見る "
    "瞅 見る 睁 開く 睏 眠い 盯 見つめる 眨 まばたく 吵 騒ぐ 啥 何 叁 参 柒 七 沏 いれる 烫 熱い 燙 熱い 焊 溶接 疤 傷跡 "
    "脏 汚い 髒 汚い 胳 腕 脖 首 肮 汚い 裤 ズボン 褲 ズボン 账 帳 賬 帳 趟 回 钙 カルシウム 钠 ナトリウム 钾 カリウム "
    "锌 亜鉛 铝 アルミ 锰 マンガン 镍 ニッケル 镁 マグネシウム 铀 ウラン 鈾 ウラン 钨 タングステン 钛 チタン 氢 水素 氫 水素 "
    "氧 酸素 氮 窒素 氯 塩素 氟 フッ素 碘 ヨウ素 碳 炭素 砷 ヒ素 硒 セレン 磷 リン 桌 机 卡 カード 啤 ビール 碟 皿 "
    "碰 ぶつかる 拽 引く 份 分 檔 ファイル 闲 暇 傻 愚か 垮 崩れる 拴 つなぐ 捆 縛る "
)

# Words of Chinese whose characters Japanese has, but writes otherwise in that word, or for which it has another word; and
# katakana that stands for a kanji of the same look, or the other way round. By turns: what is written, what is meant.
PAIRS = (
    "机関 機関 机会 機会 机械 機械 机能 機能 机密 機密 机器 機器 机構 機構 机动 機動 危机 危機 契机 契機 有机 有機 无机 無機 "
    "無机 無機 投机 投機 計算机 計算機 愿い 願い 愿う 願う 愿っ 願っ 愿わ 願わ 愿書 願書 志愿 志願 祈愿 祈願 出愿 出願 念愿 念願 "
    "请愿 請願 以后 以後 今后 今後 最后 最後 前后 前後 后日 後日 后半 後半 戦后 戦後 后任 後任 直后 直後 事后 事後 老后 老後 "
    "背后 背後 后悔 後悔 后ほど 後ほど 周末 週末 毎周 毎週 每周 毎週 今周 今週 来周 来週 先周 先週 上周 先週 下周 来週 本周 今週 "
    "制造 製造 制品 製品 制薬 製薬 制药 製薬 特征 特徴 象征 象徴 准備 準備 准备 準備 標准 標準 标准 標準 基准 基準 水准 水準 "
    "采用 採用 采取 採取 采集 採集 采択 採択 冲突 衝突 冲撃 衝撃 冲击 衝撃 范囲 範囲 范围 範囲 模范 模範 規范 規範 规范 規範 "
    "証据 証拠 证据 証拠 据点 拠点 根据 根拠 数据 データ 信息 情報 手机 携帯電話 司机 運転手 旅游 旅行 附件 添付ファイル "
    "软件 ソフトウェア 軟件 ソフトウェア 硬件 ハードウェア 邮件 メール 郵件 メール 邮箱 メールアドレス 下载 ダウンロード "
    "二ユース ニュース 下載 ダウンロード 打印 印刷 视频 動画 視頻 動画 "
    "エ場 工場 エ事 工事 エ程 工程 エ業 工業 エ学 工学 エ具 工具 エ員 工員 エ期 工期 エ費 工費 加エ 加工 施エ 施工 着エ 着工 竣エ 竣工 "
    "協カ 協力 能カ 能力 努カ 努力 入カ 入力 出カ 出力 電カ 電力 有カ 有力 効カ 効力 圧カ 圧力 権カ 権力 勢カ 勢力 魅カ 魅力 "
    "実カ 実力 全カ 全力 尽カ 尽力 原子カ 原子力 入ロ 入口 出ロ 出口 窓ロ 窓口 ロ座 口座 ロ頭 口頭 タ方 夕方 タ食 夕食 タ刊 夕刊 "
    "第ニ 第二 十ニ 十二 ニ月 二月 ニ人 二人 ニ回 二回 ニ次 二次 ニ種 二種 ニ重 二重 ー般 一般 ー緒 一緒 ー部 一部 ー番 一番 "
    "ー覧 一覧 ー括 一括 ー定 一定 ー度 一度 ー方 一方 ー致 一致 ー連 一連 ー切 一切 統ー 統一 唯ー 唯一 第ー 第一 万ー 万一 同ー 同一 "
)

# Names in Japan have these, too, whatever the standards lack.
IN_NAMES = "姬彥堇"


def encodable(character, encoding):
    try:
        character.encode(encoding)
        return True
    except UnicodeEncodeError:
        return False


def transliterate(characters):
    run = subprocess.run(["uconv", "-f", "utf-8", "-t", "utf-8", "-x", "Hans-Hant"], input="\n".join(characters),
                         capture_output=True, text=True, check=True)
    return run.stdout.split("\n")


def is_common_big5(character):
    return encodable(character, "big5") and 0xA4 <= character.encode("big5")[0] <= 0xC6


def read_words():
    parts = WORDS.split()
    return {character: "" if word == "-" else word for character, word in zip(parts[::2], parts[1::2])}


def bare_characters(han, words):
    """What Japanese does not write and has no form of its own for, with the word that stands there instead."""
    bare = {c: words.get(c, "") for c in han if c not in IN_NAMES
            and (encodable(c, "gb2312") or is_common_big5(c)) and not encodable(c, "cp932")
            and not encodable(c, "shift_jis_2004")}
    bare.update(words)
    return bare


def main():
    new_of = dict(zip(OLD_NEW[::2], OLD_NEW[1::2]))
    table = {}
    han = [chr(i) for i in range(0x4E00, 0xA000)]
    simplified = [c for c in han if encodable(c, "gb2312") and not encodable(c, "cp932")]
    for character, traditional in zip(simplified, transliterate(simplified)):
        table[character] = new_of.get(traditional, traditional)
    for old, new in new_of.items():
        table[old] = new
    for character, settled in SETTLED.items():
        if not encodable(character, "cp932"):
            table[character] = settled
    words = read_words()
    forms = {c: japanese for c, japanese in table.items()
             if len(japanese) == 1 and japanese != c and encodable(japanese, "shift_jis") and c not in words}
    bare = bare_characters(han, words)
    print("# Form, Japanese form or word if there is one, kind (models/language/glyphs.py).")
    for character in sorted(forms.keys() | bare.keys()):
        if character in forms:
            print(f"{character}\t{forms[character]}\t{'old' if encodable(character, 'cp932') else 'foreign'}")
        else:
            print(f"{character}\t{bare[character]}\tbare")
    pairs = PAIRS.split()
    for wrong, right in sorted(set(zip(pairs[::2], pairs[1::2]))):
        print(f"{wrong}\t{right}\tword")


main()
