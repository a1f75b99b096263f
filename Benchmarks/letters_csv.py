"""Makes a CSV of invented letters with replies, in the columns that `jiaxin import letters` knows."""

import csv
import random

COLUMNS = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"]
PLACES = ["东关街", "柳林路", "北门桥头", "锦绣家园", "河西新村", "农贸市场", "第二小学门口", "汽车站"]
TROUBLES = [
    ("路灯不亮", "的路灯坏了好些天，晚上黑，老人孩子走路不放心。", "已安排人员更换灯头，当晚恢复照明。"),
    ("自来水发黄", "早上的水发黄，有铁锈味，放十分钟才清。", "水箱已清洗消毒，水样送检合格。"),
    ("垃圾没人清", "的垃圾点两天没有清运，天热味道大。", "清运已改为每天两次，并增加一只分类桶。"),
    ("井盖松动", "有一个井盖松了，车一压就响，怕出事。", "井盖已更换，周边同批井盖一并检查。"),
    ("施工噪音", "工地夜里十一点还在打桩，孩子睡不好。", "已责令夜间停工，并公布值班电话。"),
    ("公交太少", "到县医院的车一小时一班，老人看病不方便。", "自下月起早高峰加开两班。"),
]


def make(path, rows=2000, seed=7):
    chance = random.Random(seed)
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for index in range(rows):
            place = chance.choice(PLACES)
            title, words, reply = chance.choice(TROUBLES)
            month, day = chance.randrange(1, 12), chance.randrange(1, 15)
            more = "\n\t".join(chance.choice(TROUBLES)[1] for _ in range(chance.randrange(1, 8)))
            table.writerow([
                100_000 + index, f"A{chance.randrange(10**8):08d}", f"{place}{title}", f"2019/{month}/{day} {chance.randrange(24)}:{chance.randrange(60):02d}:00",
                f"\n\t{place} {chance.randrange(1, 90)} 号{words}\n\t{more}\n",
                f"网友“A{index:08d}”您好！您反映的问题已收悉。{reply}感谢您的监督。", f"2019/{month + 1}/{day + 10} 9:{chance.randrange(60):02d}:00"])
