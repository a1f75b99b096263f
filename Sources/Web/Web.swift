// Room: Web
