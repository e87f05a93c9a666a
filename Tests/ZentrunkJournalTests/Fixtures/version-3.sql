PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES('1: connections, runs, writes');
INSERT INTO grdb_migrations VALUES('2: what was before each write');
INSERT INTO grdb_migrations VALUES('3: templates of their own');
CREATE TABLE connections (
    id INTEGER PRIMARY KEY,
    carrier_account TEXT NOT NULL,
    platform TEXT NOT NULL,
    platform_account TEXT NOT NULL,
    name TEXT NOT NULL,
    -- JSON; NULL while no run has ended with the connection in place.
    description TEXT,
    checksum INTEGER NOT NULL,
    UNIQUE (carrier_account, platform, platform_account, name)
);
INSERT INTO connections VALUES(1,'MAEXAMPLE','acme','org "1"','done','{"platform":"acme","name":"done","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":101,"secure":true},"template":"{\"pairing\": \"own\",\n \"text\": \"é\"}"}',-569226445185563937);
INSERT INTO connections VALUES(2,'MAOTHER','acme','org "1"','done','{"platform":"acme","name":"done","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":102,"secure":true}}',737461711634204177);
INSERT INTO connections VALUES(3,'MAEXAMPLE','acme','org "1"','changed','{"platform":"acme","name":"changed","numbers":["+14155550101","+14155550100","+14155550102"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":104,"secure":true}}',-46931525003460023);
INSERT INTO connections VALUES(4,'MAEXAMPLE','acme','org "1"','dead','{"platform":"acme","name":"dead","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":105,"secure":true}}',9014795344847755136);
INSERT INTO connections VALUES(5,'MAEXAMPLE','acme','org "1"','dead-first',NULL,-6190352947508528497);
INSERT INTO connections VALUES(6,'MAEXAMPLE','acme','org "1"','left','{"platform":"acme","name":"left","numbers":["+14155550101"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":109,"secure":true}}',2142376736962351021);
INSERT INTO connections VALUES(7,'MAEXAMPLE','acme','org "1"','left-first','{"platform":"acme","name":"left-first","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":110,"secure":true}}',-4249678522553691267);
INSERT INTO connections VALUES(8,'MAEXAMPLE','acme','org "1"','hints','{"platform":"acme","name":"hints","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":111,"secure":true}}',5131109895840385009);
INSERT INTO connections VALUES(9,'MAEXAMPLE','acme','org "1"','hints-first',NULL,7219684729856418822);
INSERT INTO connections VALUES(10,'MAEXAMPLE','acme','org "1"','undone','{"platform":"acme","name":"undone","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":114,"secure":true}}',6726918399148332392);
INSERT INTO connections VALUES(11,'MAEXAMPLE','acme','org "1"','undone-first',NULL,4510043388477856300);
INSERT INTO connections VALUES(12,'MAEXAMPLE','acme','org "1"','gone',NULL,4930080223454416704);
INSERT INTO connections VALUES(13,'MAEXAMPLE','acme','org "1"','again',NULL,3371342862341425879);
INSERT INTO connections VALUES(14,'MAEXAMPLE','acme','org "1"','reopened','{"platform":"acme","name":"reopened","numbers":["+14155550101","+14155550100","+14155550102"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":123,"secure":true}}',-5148920298525424087);
INSERT INTO connections VALUES(15,'MAEXAMPLE','acme','org "1"','reopened-first','{"platform":"acme","name":"reopened-first","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":124,"secure":true}}',-3936544890158481562);
INSERT INTO connections VALUES(16,'MAEXAMPLE','acme','org "1"','reopened-left','{"platform":"acme","name":"reopened-left","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":125,"secure":true}}',-6163896527669272414);
INSERT INTO connections VALUES(17,'MAEXAMPLE','acme','org "1"','tried','{"platform":"acme","name":"tried","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":126,"secure":true}}',-3990511385570552418);
INSERT INTO connections VALUES(18,'MAEXAMPLE','acme','org "1"','many','{"platform":"acme","name":"many","numbers":["+14155552000","+14155552007","+14155552014","+14155552021","+14155552028","+14155552035","+14155552002","+14155552009","+14155552016","+14155552023","+14155552030","+14155552037","+14155552004","+14155552011","+14155552018","+14155552025","+14155552032","+14155552039","+14155552006","+14155552013","+14155552020","+14155552027","+14155552034","+14155552001","+14155552008","+14155552015","+14155552022","+14155552029","+14155552036","+14155552003","+14155552010","+14155552017","+14155552024","+14155552031","+14155552038","+14155552005","+14155552012","+14155552019","+14155552026","+14155552033"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":129,"secure":true}}',2651715012624962906);
CREATE TABLE objects (
    connection INTEGER NOT NULL REFERENCES connections,
    key TEXT NOT NULL,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (connection, key, number)
) WITHOUT ROWID;
INSERT INTO objects VALUES(1,'acl','','acme.acl','acl-1',-3528640869049690689);
INSERT INTO objects VALUES(1,'line','','acme.line','theirs-1',-7162118577529551225);
INSERT INTO objects VALUES(1,'trunk','','acme.trunk','trunk-1',-793090408411430257);
INSERT INTO objects VALUES(2,'acl','','acme.acl','acl-1',2075107880570244352);
INSERT INTO objects VALUES(2,'line','','acme.line','theirs-1',1506092457215618882);
INSERT INTO objects VALUES(2,'trunk','','acme.trunk','trunk-1',2202390430310151620);
INSERT INTO objects VALUES(3,'line','','acme.line','theirs-1',3753259227580848461);
INSERT INTO objects VALUES(3,'rule','','acme.rule','rule-1',6001220657429764404);
INSERT INTO objects VALUES(3,'trunk','','acme.trunk','trunk-1',-5636910764603348683);
INSERT INTO objects VALUES(4,'acl','','acme.acl','acl-1',-3524331659196832758);
INSERT INTO objects VALUES(4,'line','','acme.line','theirs-1',4067004256041430976);
INSERT INTO objects VALUES(4,'trunk','','acme.trunk','trunk-1',-4197521027910743430);
INSERT INTO objects VALUES(6,'line','','acme.line','theirs-1',1098950033002343758);
INSERT INTO objects VALUES(6,'trunk','','acme.trunk','trunk-1',8729669616496396344);
INSERT INTO objects VALUES(7,'trunk','','acme.trunk','trunk-9',-4756307486291963647);
INSERT INTO objects VALUES(8,'acl','','acme.acl','acl-1',2253168301022893606);
INSERT INTO objects VALUES(8,'line','','acme.line','theirs-1',-6700175104872526964);
INSERT INTO objects VALUES(8,'sip','','acme.sip','sip-1',61985609195849770);
INSERT INTO objects VALUES(8,'trunk','','acme.trunk','trunk-1',9156358923880427294);
INSERT INTO objects VALUES(9,'sip','','acme.sip','sip-1',-4809117769372168929);
INSERT INTO objects VALUES(10,'line','','acme.line','theirs-1',8779226835214068762);
INSERT INTO objects VALUES(10,'trunk','','acme.trunk','trunk-1',8880699844574688220);
INSERT INTO objects VALUES(14,'line','','acme.line','theirs-1',3482686856352081766);
INSERT INTO objects VALUES(14,'rule','','acme.rule','rule-1',-7825034834191709973);
INSERT INTO objects VALUES(14,'trunk','','acme.trunk','trunk-1',-3278798678644843728);
INSERT INTO objects VALUES(15,'acl','','acme.acl','acl-1',6531377616999670677);
INSERT INTO objects VALUES(15,'line','','acme.line','theirs-1',-1318185780104252239);
INSERT INTO objects VALUES(15,'trunk','','acme.trunk','trunk-1',-4959219530018944959);
INSERT INTO objects VALUES(16,'acl','','acme.acl','acl-1',-5122637900350463410);
INSERT INTO objects VALUES(16,'line','','acme.line','theirs-1',-4630740902902950876);
INSERT INTO objects VALUES(16,'trunk','','acme.trunk','trunk-1',-2376088496614268650);
INSERT INTO objects VALUES(17,'acl','','acme.acl','acl-1',7576573487454242415);
INSERT INTO objects VALUES(17,'line','','acme.line','theirs-1',-4990765657331300041);
INSERT INTO objects VALUES(17,'trunk','','acme.trunk','trunk-1',2670472658889713439);
INSERT INTO objects VALUES(18,'line','+14155552000','acme.line','id of +14155552000',-1224471880503643161);
INSERT INTO objects VALUES(18,'line','+14155552001','acme.line','id of +14155552001',2876001024194963033);
INSERT INTO objects VALUES(18,'line','+14155552002','acme.line','id of +14155552002',4075215389278157811);
INSERT INTO objects VALUES(18,'line','+14155552003','acme.line','id of +14155552003',6929780330206755377);
INSERT INTO objects VALUES(18,'line','+14155552004','acme.line','id of +14155552004',-2739856785447409529);
INSERT INTO objects VALUES(18,'line','+14155552005','acme.line','id of +14155552005',2331548458280592305);
INSERT INTO objects VALUES(18,'line','+14155552006','acme.line','id of +14155552006',5712522945950593531);
INSERT INTO objects VALUES(18,'line','+14155552007','acme.line','id of +14155552007',5953459714368072553);
INSERT INTO objects VALUES(18,'line','+14155552008','acme.line','id of +14155552008',-1970477654191034809);
INSERT INTO objects VALUES(18,'line','+14155552009','acme.line','id of +14155552009',3134649559058056393);
INSERT INTO objects VALUES(18,'line','+14155552010','acme.line','id of +14155552010',4863781380745865405);
INSERT INTO objects VALUES(18,'line','+14155552011','acme.line','id of +14155552011',6147773493469653295);
INSERT INTO objects VALUES(18,'line','+14155552012','acme.line','id of +14155552012',2028876631735982929);
INSERT INTO objects VALUES(18,'line','+14155552013','acme.line','id of +14155552013',-5035402850109331337);
INSERT INTO objects VALUES(18,'line','+14155552014','acme.line','id of +14155552014',1891159433661547045);
INSERT INTO objects VALUES(18,'line','+14155552015','acme.line','id of +14155552015',138366543461084327);
INSERT INTO objects VALUES(18,'line','+14155552016','acme.line','id of +14155552016',-7177239031957180223);
INSERT INTO objects VALUES(18,'line','+14155552017','acme.line','id of +14155552017',1354802846844559791);
INSERT INTO objects VALUES(18,'line','+14155552018','acme.line','id of +14155552018',-8587236386823899987);
INSERT INTO objects VALUES(18,'line','+14155552019','acme.line','id of +14155552019',-4400947645850286161);
INSERT INTO objects VALUES(18,'line','+14155552020','acme.line','id of +14155552020',7969251732809102867);
INSERT INTO objects VALUES(18,'line','+14155552021','acme.line','id of +14155552021',-203700208571374331);
INSERT INTO objects VALUES(18,'line','+14155552022','acme.line','id of +14155552022',-6683253323048406857);
INSERT INTO objects VALUES(18,'line','+14155552023','acme.line','id of +14155552023',21871290811250773);
INSERT INTO objects VALUES(18,'line','+14155552024','acme.line','id of +14155552024',-8951396947291174917);
INSERT INTO objects VALUES(18,'line','+14155552025','acme.line','id of +14155552025',575522030947587029);
INSERT INTO objects VALUES(18,'line','+14155552026','acme.line','id of +14155552026',4849263816525597751);
INSERT INTO objects VALUES(18,'line','+14155552027','acme.line','id of +14155552027',-5330882675219957787);
INSERT INTO objects VALUES(18,'line','+14155552028','acme.line','id of +14155552028',-329558329170300557);
INSERT INTO objects VALUES(18,'line','+14155552029','acme.line','id of +14155552029',4959803044720552549);
INSERT INTO objects VALUES(18,'line','+14155552030','acme.line','id of +14155552030',5998395014780757941);
INSERT INTO objects VALUES(18,'line','+14155552031','acme.line','id of +14155552031',-6179943941935643977);
INSERT INTO objects VALUES(18,'line','+14155552032','acme.line','id of +14155552032',-5375382010643264399);
INSERT INTO objects VALUES(18,'line','+14155552033','acme.line','id of +14155552033',-6309602341634791769);
INSERT INTO objects VALUES(18,'line','+14155552034','acme.line','id of +14155552034',-885728751898346555);
INSERT INTO objects VALUES(18,'line','+14155552035','acme.line','id of +14155552035',5617544973919276727);
INSERT INTO objects VALUES(18,'line','+14155552036','acme.line','id of +14155552036',1144882396889678249);
INSERT INTO objects VALUES(18,'line','+14155552037','acme.line','id of +14155552037',9111805602746151495);
INSERT INTO objects VALUES(18,'line','+14155552038','acme.line','id of +14155552038',-3180587159548998923);
INSERT INTO objects VALUES(18,'line','+14155552039','acme.line','id of +14155552039',-8158689416183727385);
CREATE TABLE runs (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    connection INTEGER NOT NULL REFERENCES connections,
    operation TEXT NOT NULL,
    description TEXT NOT NULL,
    -- NULL while the run is open: under way, or dead.
    ending TEXT,
    remark TEXT,
    checksum INTEGER NOT NULL,
    begun_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ended_at TEXT
);
INSERT INTO runs VALUES(1,'20261101-101500-r101',1,'connect','{"platform":"acme","name":"done","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":101,"secure":true},"template":"{\"pairing\": \"own\",\n \"text\": \"é\"}"}','done',NULL,4255398086475631756,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(2,'20261101-101500-r102',2,'connect','{"platform":"acme","name":"done","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":102,"secure":true}}','done',NULL,-1584447746974272484,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(3,'20261101-101500-r103',3,'connect','{"platform":"acme","name":"changed","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":103,"secure":true}}','done',NULL,8603896062582113617,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(4,'20261101-101500-r104',3,'connect','{"platform":"acme","name":"changed","numbers":["+14155550101","+14155550100","+14155550102"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":104,"secure":true}}','done',NULL,-7469322019819226593,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(5,'20261101-101500-r105',4,'connect','{"platform":"acme","name":"dead","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":105,"secure":true}}','done',NULL,4177562504677450577,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(6,'20261101-101500-r106',4,'connect','{"platform":"acme","name":"dead","numbers":["+14155550103"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":106,"secure":true}}',NULL,NULL,3778008300261341774,'2026-11-30 17:30:57',NULL);
INSERT INTO runs VALUES(7,'20261101-101500-r107',5,'connect','{"platform":"acme","name":"dead-first","numbers":["+14155550103"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":107,"secure":true}}',NULL,NULL,-6270127200659093263,'2026-11-30 17:30:57',NULL);
INSERT INTO runs VALUES(8,'20261101-101500-r108',6,'connect','{"platform":"acme","name":"left","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":108,"secure":true}}','done',NULL,1507540405706918919,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(9,'20261101-101500-r109',6,'disconnect','{"platform":"acme","name":"left","numbers":["+14155550101"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":109,"secure":true}}','left','the trunk is in use',-3487100610856709818,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(10,'20261101-101500-r110',7,'connect','{"platform":"acme","name":"left-first","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":110,"secure":true}}','left','refused',5155615360818312702,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(11,'20261101-101500-r111',8,'connect','{"platform":"acme","name":"hints","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":111,"secure":true}}','done',NULL,6901361766814360380,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(12,'20261101-101500-r112',8,'connect','{"platform":"acme","name":"hints","numbers":["+14155550103"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":112,"secure":true}}','left','its process died; run X resumed it',3615495981206150913,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(13,'20261101-101500-r113',9,'connect','{"platform":"acme","name":"hints-first","numbers":["+14155550103"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":113,"secure":true}}','left','its process died',1835682201982966356,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(14,'20261101-101500-r114',10,'connect','{"platform":"acme","name":"undone","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":114,"secure":true}}','done',NULL,-2549745511218612209,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(15,'20261101-101500-r115',10,'connect','{"platform":"acme","name":"undone","numbers":["+14155550101","+14155550100","+14155550102"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":115,"secure":true}}','undone','undone by a later command',5287999611037609760,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(16,'20261101-101500-r116',11,'connect','{"platform":"acme","name":"undone-first","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":116,"secure":true}}','undone','undone by a later command',8063427855422372438,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(17,'20261101-101500-r117',12,'connect','{"platform":"acme","name":"gone","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":117,"secure":true}}','done',NULL,-1513671450331512054,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(18,'20261101-101500-r118',12,'disconnect','{"platform":"acme","name":"gone","numbers":[],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":118,"secure":true}}','gone',NULL,6856654986340077005,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(19,'20261101-101500-r119',13,'connect','{"platform":"acme","name":"again","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":119,"secure":true}}','done',NULL,8632997967087117749,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(20,'20261101-101500-r120',13,'disconnect','{"platform":"acme","name":"again","numbers":[],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":120,"secure":true}}','gone',NULL,3877383609886444392,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(21,'20261101-101500-r121',13,'connect','{"platform":"acme","name":"again","numbers":["+14155550103"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":121,"secure":true}}',NULL,NULL,3387133340638922173,'2026-11-30 17:30:57',NULL);
INSERT INTO runs VALUES(22,'20261101-101500-r122',14,'connect','{"platform":"acme","name":"reopened","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":122,"secure":true}}','done',NULL,-8613735927897701768,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(23,'20261101-101500-r123',14,'connect','{"platform":"acme","name":"reopened","numbers":["+14155550101","+14155550100","+14155550102"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":123,"secure":true}}',NULL,NULL,1613152566893129875,'2026-11-30 17:30:57',NULL);
INSERT INTO runs VALUES(24,'20261101-101500-r124',15,'connect','{"platform":"acme","name":"reopened-first","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":124,"secure":true}}',NULL,NULL,4202381637370578905,'2026-11-30 17:30:57',NULL);
INSERT INTO runs VALUES(25,'20261101-101500-r125',16,'connect','{"platform":"acme","name":"reopened-left","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":125,"secure":true}}','left','undo could not restore everything',5731129340335960418,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(26,'20261101-101500-r126',17,'connect','{"platform":"acme","name":"tried","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":126,"secure":true}}','done',NULL,5762636901002920714,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(27,'20261101-101500-r127',17,'connect','{"platform":"acme","name":"tried","numbers":["+14155550103"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":127,"secure":true}}','undone','refused',-4977364081120147609,'2026-11-30 17:30:57','2026-11-30 17:30:57');
INSERT INTO runs VALUES(28,'20261101-101500-r128',17,'connect','{"platform":"acme","name":"tried","numbers":["+14155550101","+14155550100"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":128,"secure":true}}',NULL,NULL,7571621302569829431,'2026-11-30 17:30:57',NULL);
INSERT INTO runs VALUES(29,'20261101-101500-r129',18,'connect','{"platform":"acme","name":"many","numbers":["+14155552000","+14155552007","+14155552014","+14155552021","+14155552028","+14155552035","+14155552002","+14155552009","+14155552016","+14155552023","+14155552030","+14155552037","+14155552004","+14155552011","+14155552018","+14155552025","+14155552032","+14155552039","+14155552006","+14155552013","+14155552020","+14155552027","+14155552034","+14155552001","+14155552008","+14155552015","+14155552022","+14155552029","+14155552036","+14155552003","+14155552010","+14155552017","+14155552024","+14155552031","+14155552038","+14155552005","+14155552012","+14155552019","+14155552026","+14155552033"],"values":{"direction":"both","limit":3,"networks":["192.0.2.0/24",{"é":"😀"}],"nothing":null,"rate":0.1,"run":129,"secure":true}}','done',NULL,-3971545190994111408,'2026-11-30 17:30:57','2026-11-30 17:30:58');
CREATE TABLE formers (
    connection INTEGER NOT NULL REFERENCES connections,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    fields TEXT NOT NULL,
    run INTEGER REFERENCES runs,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (connection, kind, id)
) WITHOUT ROWID;
INSERT INTO formers VALUES(1,'acme.line','theirs-1','{"label":"theirs","é":["😀",null,0.5]}',1,-266652567354961841);
INSERT INTO formers VALUES(1,'acme.route','14155550100','{"app_id":"app-1","alias":null}',1,-6579832639220557345);
INSERT INTO formers VALUES(2,'acme.line','theirs-1','{"label":"theirs","é":["😀",null,0.5]}',2,353316595502187059);
INSERT INTO formers VALUES(2,'acme.route','14155550100','{"app_id":"app-1","alias":null}',2,4335703166157049303);
INSERT INTO formers VALUES(3,'acme.line','theirs-1','{"label":"theirs","é":["😀",null,0.5]}',3,-4766852373196693153);
INSERT INTO formers VALUES(3,'acme.route','14155550100','{"app_id":"app-1","alias":null}',3,-6645499038148495037);
INSERT INTO formers VALUES(3,'acme.route','14155550102','{"app_id":"app-2","alias":null}',4,5718942436368643023);
INSERT INTO formers VALUES(4,'acme.line','theirs-1','{"label":"theirs","é":["😀",null,0.5]}',5,3571186389640578762);
INSERT INTO formers VALUES(4,'acme.route','14155550100','{"app_id":"app-1","alias":null}',5,1239987104950136610);
INSERT INTO formers VALUES(4,'acme.route','14155550103','{"app_id":"app-3","alias":null}',6,-6226928505016891092);
INSERT INTO formers VALUES(4,'acme.route','14155550105','{"app_id":"app-5","alias":null}',6,-4195050360953473804);
INSERT INTO formers VALUES(5,'acme.route','14155550103','{"app_id":"app-3","alias":null}',7,4026776285978403612);
INSERT INTO formers VALUES(5,'acme.route','14155550105','{"app_id":"app-5","alias":null}',7,886148811691801920);
INSERT INTO formers VALUES(6,'acme.line','theirs-1','{"label":"theirs","é":["😀",null,0.5]}',8,5293092827776748933);
INSERT INTO formers VALUES(6,'acme.route','14155550100','{"app_id":"app-1","alias":null}',8,4340453742964197505);
INSERT INTO formers VALUES(7,'acme.route','14155550100','{"app_id":"app-1","alias":null}',10,2142410713420242062);
INSERT INTO formers VALUES(8,'acme.line','theirs-1','{"label":"theirs","é":["😀",null,0.5]}',11,-1484667019827267520);
INSERT INTO formers VALUES(8,'acme.route','14155550100','{"app_id":"app-1","alias":null}',11,-14224267145380224);
INSERT INTO formers VALUES(8,'acme.route','14155550103','{"app_id":"app-3","alias":null}',12,-5238684152832452926);
INSERT INTO formers VALUES(8,'acme.route','14155550105','{"app_id":"app-5","alias":null}',12,-4966259036035338710);
INSERT INTO formers VALUES(9,'acme.route','14155550103','{"app_id":"app-3","alias":null}',13,5480615428697797362);
INSERT INTO formers VALUES(9,'acme.route','14155550105','{"app_id":"app-5","alias":null}',13,9111967654687090246);
INSERT INTO formers VALUES(10,'acme.line','theirs-1','{"label":"theirs","é":["😀",null,0.5]}',14,-9070442782307766377);
INSERT INTO formers VALUES(10,'acme.route','14155550100','{"app_id":"app-1","alias":null}',14,-4992793031711225101);
INSERT INTO formers VALUES(13,'acme.route','14155550103','{"app_id":"app-3","alias":null}',21,4875936750015100342);
INSERT INTO formers VALUES(13,'acme.route','14155550105','{"app_id":"app-5","alias":null}',21,-8034244097134070822);
INSERT INTO formers VALUES(14,'acme.line','theirs-1','{"label":"theirs","é":["😀",null,0.5]}',22,3940108860943161859);
INSERT INTO formers VALUES(14,'acme.route','14155550100','{"app_id":"app-1","alias":null}',22,7111273593559779239);
INSERT INTO formers VALUES(14,'acme.route','14155550102','{"app_id":"app-2","alias":null}',23,-7669765680975424867);
INSERT INTO formers VALUES(15,'acme.line','theirs-1','{"label":"theirs","é":["😀",null,0.5]}',24,7071291397692111592);
INSERT INTO formers VALUES(15,'acme.route','14155550100','{"app_id":"app-1","alias":null}',24,7675968820988125396);
INSERT INTO formers VALUES(16,'acme.line','theirs-1','{"label":"theirs","é":["😀",null,0.5]}',25,8894226087567751562);
INSERT INTO formers VALUES(16,'acme.route','14155550100','{"app_id":"app-1","alias":null}',25,-1059864843164708470);
INSERT INTO formers VALUES(17,'acme.line','theirs-1','{"label":"theirs","é":["😀",null,0.5]}',26,1692606968924664196);
INSERT INTO formers VALUES(17,'acme.route','14155550100','{"app_id":"app-1","alias":null}',26,7042461416196260724);
INSERT INTO formers VALUES(17,'acme.route','14155550103','{"app_id":"app-3","alias":null}',28,-6600180391870192677);
INSERT INTO formers VALUES(18,'acme.route','14155552000','{"app_id":"app-0","alias":null}',29,-2560916533964578392);
INSERT INTO formers VALUES(18,'acme.route','14155552001','{"app_id":"app-23","alias":null}',29,3083418892346997613);
INSERT INTO formers VALUES(18,'acme.route','14155552002','{"app_id":"app-6","alias":null}',29,-535402752447363908);
INSERT INTO formers VALUES(18,'acme.route','14155552003','{"app_id":"app-29","alias":null}',29,-5065847359503629015);
INSERT INTO formers VALUES(18,'acme.route','14155552004','{"app_id":"app-12","alias":null}',29,2902918590987162662);
INSERT INTO formers VALUES(18,'acme.route','14155552005','{"app_id":"app-35","alias":null}',29,-4119739237516098118);
INSERT INTO formers VALUES(18,'acme.route','14155552006','{"app_id":"app-18","alias":null}',29,7655674009009823302);
INSERT INTO formers VALUES(18,'acme.route','14155552007','{"app_id":"app-1","alias":null}',29,74074307254977048);
INSERT INTO formers VALUES(18,'acme.route','14155552008','{"app_id":"app-24","alias":null}',29,96742908604630711);
INSERT INTO formers VALUES(18,'acme.route','14155552009','{"app_id":"app-7","alias":null}',29,8927479032890028756);
INSERT INTO formers VALUES(18,'acme.route','14155552010','{"app_id":"app-30","alias":null}',29,-4865634186903478593);
INSERT INTO formers VALUES(18,'acme.route','14155552011','{"app_id":"app-13","alias":null}',29,1021789173695807743);
INSERT INTO formers VALUES(18,'acme.route','14155552012','{"app_id":"app-36","alias":null}',29,6275399814605937011);
INSERT INTO formers VALUES(18,'acme.route','14155552013','{"app_id":"app-19","alias":null}',29,5682719762225849839);
INSERT INTO formers VALUES(18,'acme.route','14155552014','{"app_id":"app-2","alias":null}',29,5657050645158426033);
INSERT INTO formers VALUES(18,'acme.route','14155552015','{"app_id":"app-25","alias":null}',29,3329906907756725418);
INSERT INTO formers VALUES(18,'acme.route','14155552016','{"app_id":"app-8","alias":null}',29,-3889419504397053219);
INSERT INTO formers VALUES(18,'acme.route','14155552017','{"app_id":"app-31","alias":null}',29,-3252383823214728279);
INSERT INTO formers VALUES(18,'acme.route','14155552018','{"app_id":"app-14","alias":null}',29,-237453776036512227);
INSERT INTO formers VALUES(18,'acme.route','14155552019','{"app_id":"app-37","alias":null}',29,-4273412713490793463);
INSERT INTO formers VALUES(18,'acme.route','14155552020','{"app_id":"app-20","alias":null}',29,800471650872381645);
INSERT INTO formers VALUES(18,'acme.route','14155552021','{"app_id":"app-3","alias":null}',29,5437328326687391114);
INSERT INTO formers VALUES(18,'acme.route','14155552022','{"app_id":"app-26","alias":null}',29,8116963654024272525);
INSERT INTO formers VALUES(18,'acme.route','14155552023','{"app_id":"app-9","alias":null}',29,3972626690600658806);
INSERT INTO formers VALUES(18,'acme.route','14155552024','{"app_id":"app-32","alias":null}',29,-4064513200138782250);
INSERT INTO formers VALUES(18,'acme.route','14155552025','{"app_id":"app-15","alias":null}',29,-18567138792505090);
INSERT INTO formers VALUES(18,'acme.route','14155552026','{"app_id":"app-38","alias":null}',29,5341598240335519102);
INSERT INTO formers VALUES(18,'acme.route','14155552027','{"app_id":"app-21","alias":null}',29,6299997747758379843);
INSERT INTO formers VALUES(18,'acme.route','14155552028','{"app_id":"app-4","alias":null}',29,5427745409328889162);
INSERT INTO formers VALUES(18,'acme.route','14155552029','{"app_id":"app-27","alias":null}',29,2904533450474179759);
INSERT INTO formers VALUES(18,'acme.route','14155552030','{"app_id":"app-10","alias":null}',29,6152656700233778071);
INSERT INTO formers VALUES(18,'acme.route','14155552031','{"app_id":"app-33","alias":null}',29,2741611866147224275);
INSERT INTO formers VALUES(18,'acme.route','14155552032','{"app_id":"app-16","alias":null}',29,-3077511973840582581);
INSERT INTO formers VALUES(18,'acme.route','14155552033','{"app_id":"app-39","alias":null}',29,-1786884874445471141);
INSERT INTO formers VALUES(18,'acme.route','14155552034','{"app_id":"app-22","alias":null}',29,-322801779905457326);
INSERT INTO formers VALUES(18,'acme.route','14155552035','{"app_id":"app-5","alias":null}',29,-2697928876132851737);
INSERT INTO formers VALUES(18,'acme.route','14155552036','{"app_id":"app-28","alias":null}',29,4801417246373574446);
INSERT INTO formers VALUES(18,'acme.route','14155552037','{"app_id":"app-11","alias":null}',29,-7517065146354805211);
INSERT INTO formers VALUES(18,'acme.route','14155552038','{"app_id":"app-34","alias":null}',29,-7242446699359853275);
INSERT INTO formers VALUES(18,'acme.route','14155552039','{"app_id":"app-17","alias":null}',29,-4724679781905300747);
CREATE TABLE writes (
    run INTEGER NOT NULL REFERENCES runs,
    sequence INTEGER NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    number TEXT,
    kind TEXT NOT NULL,
    id TEXT,
    name TEXT,
    fields TEXT NOT NULL,
    former TEXT,
    checksum INTEGER NOT NULL,
    noted_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (run, sequence)
) WITHOUT ROWID;
INSERT INTO writes VALUES(1,1,'create','acl',NULL,'acme.acl',NULL,'zc_acme_main_acl','{"name":"zc","z":1,"a":[1,2]}',NULL,8280527447830958278,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(1,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,4489903575059821181,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(1,3,'update','line',NULL,'acme.line','theirs-1','theirs','{"label":"ours"}','{"label":"theirs","é":["😀",null,0.5]}',1615273155322297474,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(1,4,'update','route','+14155550100','acme.route','14155550100',NULL,'{"app_id":"ours"}','{"app_id":"app-1","alias":null}',7070611484670866258,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(2,1,'create','acl',NULL,'acme.acl',NULL,'zc_acme_main_acl','{"name":"zc","z":1,"a":[1,2]}',NULL,-1736363139772516445,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(2,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,567951437544948632,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(2,3,'update','line',NULL,'acme.line','theirs-1','theirs','{"label":"ours"}','{"label":"theirs","é":["😀",null,0.5]}',-5011269797422009297,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(2,4,'update','route','+14155550100','acme.route','14155550100',NULL,'{"app_id":"ours"}','{"app_id":"app-1","alias":null}',-6819680094086534257,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(3,1,'create','acl',NULL,'acme.acl',NULL,'zc_acme_main_acl','{"name":"zc","z":1,"a":[1,2]}',NULL,7801248098370454520,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(3,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,-1354615148248819113,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(3,3,'update','line',NULL,'acme.line','theirs-1','theirs','{"label":"ours"}','{"label":"theirs","é":["😀",null,0.5]}',-5764643426051674820,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(3,4,'update','route','+14155550100','acme.route','14155550100',NULL,'{"app_id":"ours"}','{"app_id":"app-1","alias":null}',4284715131473393768,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(4,1,'create','rule',NULL,'acme.rule',NULL,'zc_acme_main_rule','{"name":"zc","z":1,"a":[1,2]}',NULL,-4593815838555987518,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(4,2,'update','route','+14155550102','acme.route','14155550102',NULL,'{"app_id":"ours"}','{"app_id":"app-2","alias":null}',-3597803060785189644,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(4,3,'delete','acl',NULL,'acme.acl','acl-1',NULL,'{}',NULL,3869569408842002746,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(5,1,'create','acl',NULL,'acme.acl',NULL,'zc_acme_main_acl','{"name":"zc","z":1,"a":[1,2]}',NULL,-5663060745317214870,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(5,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,-1219379507159808903,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(5,3,'update','line',NULL,'acme.line','theirs-1','theirs','{"label":"ours"}','{"label":"theirs","é":["😀",null,0.5]}',8848440194567569462,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(5,4,'update','route','+14155550100','acme.route','14155550100',NULL,'{"app_id":"ours"}','{"app_id":"app-1","alias":null}',-192288915088885122,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(6,1,'create','sip',NULL,'acme.sip',NULL,'zc_acme_main_sip','{"name":"zc","z":1,"a":[1,2]}',NULL,-8699974043412936297,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(6,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,-5412888304816190764,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(6,3,'update','route','+14155550103','acme.route','14155550103',NULL,'{"app_id":"ours"}','{"app_id":"app-3","alias":null}',4206110940412204760,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(6,4,'update','route','+14155550104','acme.route','14155550104',NULL,'{"app_id":"ours"}','{"app_id":"app-4","alias":null}',-4716863977078665666,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(6,5,'update','route','+14155550105','acme.route','14155550105',NULL,'{"app_id":"ours"}','{"app_id":"app-5","alias":null}',-4807890412739880328,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(6,6,'create','rule',NULL,'acme.rule',NULL,'zc_acme_main_rule','{"name":"zc","z":1,"a":[1,2]}',NULL,1054506182229680301,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(7,1,'create','sip',NULL,'acme.sip',NULL,'zc_acme_main_sip','{"name":"zc","z":1,"a":[1,2]}',NULL,5183008395764112616,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(7,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,1684808892876581219,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(7,3,'update','route','+14155550103','acme.route','14155550103',NULL,'{"app_id":"ours"}','{"app_id":"app-3","alias":null}',6587172347461688163,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(7,4,'update','route','+14155550104','acme.route','14155550104',NULL,'{"app_id":"ours"}','{"app_id":"app-4","alias":null}',4656443214573842985,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(7,5,'update','route','+14155550105','acme.route','14155550105',NULL,'{"app_id":"ours"}','{"app_id":"app-5","alias":null}',-4392472016313218913,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(7,6,'create','rule',NULL,'acme.rule',NULL,'zc_acme_main_rule','{"name":"zc","z":1,"a":[1,2]}',NULL,1417439861898554388,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(8,1,'create','acl',NULL,'acme.acl',NULL,'zc_acme_main_acl','{"name":"zc","z":1,"a":[1,2]}',NULL,-6051343841234296727,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(8,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,-5413781689725746882,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(8,3,'update','line',NULL,'acme.line','theirs-1','theirs','{"label":"ours"}','{"label":"theirs","é":["😀",null,0.5]}',-5805195275486819011,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(8,4,'update','route','+14155550100','acme.route','14155550100',NULL,'{"app_id":"ours"}','{"app_id":"app-1","alias":null}',-690311032352490319,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(9,1,'delete','acl',NULL,'acme.acl','acl-1',NULL,'{}',NULL,5594782812099955279,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(9,2,'delete','trunk',NULL,'acme.trunk','trunk-1',NULL,'{}',NULL,-3937995130082439536,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(10,1,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,3094424122039727659,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(10,2,'update','route','+14155550100','acme.route','14155550100',NULL,'{"app_id":"ours"}','{"app_id":"app-1","alias":null}',-6161417909406757555,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(11,1,'create','acl',NULL,'acme.acl',NULL,'zc_acme_main_acl','{"name":"zc","z":1,"a":[1,2]}',NULL,6962071453872622160,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(11,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,1221012793813639455,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(11,3,'update','line',NULL,'acme.line','theirs-1','theirs','{"label":"ours"}','{"label":"theirs","é":["😀",null,0.5]}',8079069489124489476,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(11,4,'update','route','+14155550100','acme.route','14155550100',NULL,'{"app_id":"ours"}','{"app_id":"app-1","alias":null}',-5350900760677266256,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(12,1,'create','sip',NULL,'acme.sip',NULL,'zc_acme_main_sip','{"name":"zc","z":1,"a":[1,2]}',NULL,-442962229478713939,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(12,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,1433798296682764938,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(12,3,'update','route','+14155550103','acme.route','14155550103',NULL,'{"app_id":"ours"}','{"app_id":"app-3","alias":null}',3033572477302805602,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(12,4,'update','route','+14155550104','acme.route','14155550104',NULL,'{"app_id":"ours"}','{"app_id":"app-4","alias":null}',2624523663987992136,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(12,5,'update','route','+14155550105','acme.route','14155550105',NULL,'{"app_id":"ours"}','{"app_id":"app-5","alias":null}',-6074189628711064798,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(12,6,'create','rule',NULL,'acme.rule',NULL,'zc_acme_main_rule','{"name":"zc","z":1,"a":[1,2]}',NULL,3978257582424784815,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(13,1,'create','sip',NULL,'acme.sip',NULL,'zc_acme_main_sip','{"name":"zc","z":1,"a":[1,2]}',NULL,-5581432916877374242,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(13,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,-6590171165692020831,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(13,3,'update','route','+14155550103','acme.route','14155550103',NULL,'{"app_id":"ours"}','{"app_id":"app-3","alias":null}',-4008872169545424035,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(13,4,'update','route','+14155550104','acme.route','14155550104',NULL,'{"app_id":"ours"}','{"app_id":"app-4","alias":null}',3770372079338156307,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(13,5,'update','route','+14155550105','acme.route','14155550105',NULL,'{"app_id":"ours"}','{"app_id":"app-5","alias":null}',730821439405089065,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(13,6,'create','rule',NULL,'acme.rule',NULL,'zc_acme_main_rule','{"name":"zc","z":1,"a":[1,2]}',NULL,2175441883936606078,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(14,1,'create','acl',NULL,'acme.acl',NULL,'zc_acme_main_acl','{"name":"zc","z":1,"a":[1,2]}',NULL,5246197867305408399,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(14,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,-3211844058559536324,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(14,3,'update','line',NULL,'acme.line','theirs-1','theirs','{"label":"ours"}','{"label":"theirs","é":["😀",null,0.5]}',993561633614388875,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(14,4,'update','route','+14155550100','acme.route','14155550100',NULL,'{"app_id":"ours"}','{"app_id":"app-1","alias":null}',612946835003468211,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(15,1,'create','rule',NULL,'acme.rule',NULL,'zc_acme_main_rule','{"name":"zc","z":1,"a":[1,2]}',NULL,9046226171120616989,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(15,2,'update','route','+14155550102','acme.route','14155550102',NULL,'{"app_id":"ours"}','{"app_id":"app-2","alias":null}',-2368550106743891615,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(15,3,'delete','acl',NULL,'acme.acl','acl-1',NULL,'{}',NULL,6664125387710401959,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(15,4,'delete','rule',NULL,'acme.rule','rule-1',NULL,'{}',NULL,1271677153145894181,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(16,1,'create','acl',NULL,'acme.acl',NULL,'zc_acme_main_acl','{"name":"zc","z":1,"a":[1,2]}',NULL,-2787605102002591199,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(16,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,808776828031992838,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(16,3,'update','line',NULL,'acme.line','theirs-1','theirs','{"label":"ours"}','{"label":"theirs","é":["😀",null,0.5]}',4986570137228396261,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(16,4,'update','route','+14155550100','acme.route','14155550100',NULL,'{"app_id":"ours"}','{"app_id":"app-1","alias":null}',-5105914892545875783,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(17,1,'create','acl',NULL,'acme.acl',NULL,'zc_acme_main_acl','{"name":"zc","z":1,"a":[1,2]}',NULL,7688096711903980982,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(17,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,5095610245023466253,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(17,3,'update','line',NULL,'acme.line','theirs-1','theirs','{"label":"ours"}','{"label":"theirs","é":["😀",null,0.5]}',2158444081624644402,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(17,4,'update','route','+14155550100','acme.route','14155550100',NULL,'{"app_id":"ours"}','{"app_id":"app-1","alias":null}',-8421953703900367486,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(18,1,'delete','trunk',NULL,'acme.trunk','trunk-1',NULL,'{}',NULL,-7075434482590583702,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(19,1,'create','acl',NULL,'acme.acl',NULL,'zc_acme_main_acl','{"name":"zc","z":1,"a":[1,2]}',NULL,7761918284266185704,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(19,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,-1832682076816817817,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(19,3,'update','line',NULL,'acme.line','theirs-1','theirs','{"label":"ours"}','{"label":"theirs","é":["😀",null,0.5]}',-8953452324727259860,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(19,4,'update','route','+14155550100','acme.route','14155550100',NULL,'{"app_id":"ours"}','{"app_id":"app-1","alias":null}',-2359592821634330600,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(21,1,'create','sip',NULL,'acme.sip',NULL,'zc_acme_main_sip','{"name":"zc","z":1,"a":[1,2]}',NULL,3567700822075032086,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(21,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,2601929050595485961,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(21,3,'update','route','+14155550103','acme.route','14155550103',NULL,'{"app_id":"ours"}','{"app_id":"app-3","alias":null}',5525141489689298085,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(21,4,'update','route','+14155550104','acme.route','14155550104',NULL,'{"app_id":"ours"}','{"app_id":"app-4","alias":null}',-7361316401012114981,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(21,5,'update','route','+14155550105','acme.route','14155550105',NULL,'{"app_id":"ours"}','{"app_id":"app-5","alias":null}',8786765937515182641,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(21,6,'create','rule',NULL,'acme.rule',NULL,'zc_acme_main_rule','{"name":"zc","z":1,"a":[1,2]}',NULL,-6124044221697911386,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(22,1,'create','acl',NULL,'acme.acl',NULL,'zc_acme_main_acl','{"name":"zc","z":1,"a":[1,2]}',NULL,822589188284911079,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(22,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,-8601432040243240412,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(22,3,'update','line',NULL,'acme.line','theirs-1','theirs','{"label":"ours"}','{"label":"theirs","é":["😀",null,0.5]}',5286647688067781395,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(22,4,'update','route','+14155550100','acme.route','14155550100',NULL,'{"app_id":"ours"}','{"app_id":"app-1","alias":null}',7563506224795236955,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(23,1,'create','rule',NULL,'acme.rule',NULL,'zc_acme_main_rule','{"name":"zc","z":1,"a":[1,2]}',NULL,3639393282540026885,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(23,2,'update','route','+14155550102','acme.route','14155550102',NULL,'{"app_id":"ours"}','{"app_id":"app-2","alias":null}',-4702965138613704727,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(23,3,'delete','acl',NULL,'acme.acl','acl-1',NULL,'{}',NULL,8585789930080421487,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(23,4,'delete','rule',NULL,'acme.rule','rule-1',NULL,'{}',NULL,6470828813385150013,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(24,1,'create','acl',NULL,'acme.acl',NULL,'zc_acme_main_acl','{"name":"zc","z":1,"a":[1,2]}',NULL,-5941767257441361255,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(24,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,-5029960826809582322,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(24,3,'update','line',NULL,'acme.line','theirs-1','theirs','{"label":"ours"}','{"label":"theirs","é":["😀",null,0.5]}',-4320574766780196499,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(24,4,'update','route','+14155550100','acme.route','14155550100',NULL,'{"app_id":"ours"}','{"app_id":"app-1","alias":null}',289842369826076129,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(24,5,'delete','trunk',NULL,'acme.trunk','trunk-1',NULL,'{}',NULL,3793495307956689796,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(25,1,'create','acl',NULL,'acme.acl',NULL,'zc_acme_main_acl','{"name":"zc","z":1,"a":[1,2]}',NULL,-1810817487975697266,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(25,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,1172700396165795061,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(25,3,'update','line',NULL,'acme.line','theirs-1','theirs','{"label":"ours"}','{"label":"theirs","é":["😀",null,0.5]}',-8349932394570585958,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(25,4,'update','route','+14155550100','acme.route','14155550100',NULL,'{"app_id":"ours"}','{"app_id":"app-1","alias":null}',8355467504531697194,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(25,5,'delete','trunk',NULL,'acme.trunk','trunk-1',NULL,'{}',NULL,-1963333699090593253,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(26,1,'create','acl',NULL,'acme.acl',NULL,'zc_acme_main_acl','{"name":"zc","z":1,"a":[1,2]}',NULL,2336441686535637963,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(26,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,-1781001326842531152,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(26,3,'update','line',NULL,'acme.line','theirs-1','theirs','{"label":"ours"}','{"label":"theirs","é":["😀",null,0.5]}',2201584949369075623,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(26,4,'update','route','+14155550100','acme.route','14155550100',NULL,'{"app_id":"ours"}','{"app_id":"app-1","alias":null}',-5386738164283462489,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(27,1,'create','sip',NULL,'acme.sip',NULL,'zc_acme_main_sip','{"name":"zc","z":1,"a":[1,2]}',NULL,3476135016145636596,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(27,2,'create','trunk',NULL,'acme.trunk',NULL,'zc_acme_main_trunk','{"name":"zc","z":1,"a":[1,2]}',NULL,9208266460455084463,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(27,3,'update','route','+14155550103','acme.route','14155550103',NULL,'{"app_id":"ours"}','{"app_id":"app-3","alias":null}',5212452330242063815,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(27,4,'update','route','+14155550104','acme.route','14155550104',NULL,'{"app_id":"ours"}','{"app_id":"app-4","alias":null}',-3094209335773429747,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(27,5,'update','route','+14155550105','acme.route','14155550105',NULL,'{"app_id":"ours"}','{"app_id":"app-5","alias":null}',-6415863754763598221,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(27,6,'create','rule',NULL,'acme.rule',NULL,'zc_acme_main_rule','{"name":"zc","z":1,"a":[1,2]}',NULL,-5601245337374678816,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(28,1,'update','route','+14155550103','acme.route','14155550103',NULL,'{"app_id":"ours"}','{"app_id":"app-3","alias":null}',-6642966739007990136,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,1,'update','route','+14155552000','acme.route','14155552000',NULL,'{"app_id":"ours"}','{"app_id":"app-0","alias":null}',2628043635843162748,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,2,'update','route','+14155552007','acme.route','14155552007',NULL,'{"app_id":"ours"}','{"app_id":"app-1","alias":null}',5060675911250101424,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,3,'update','route','+14155552014','acme.route','14155552014',NULL,'{"app_id":"ours"}','{"app_id":"app-2","alias":null}',4043208608167656878,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,4,'update','route','+14155552021','acme.route','14155552021',NULL,'{"app_id":"ours"}','{"app_id":"app-3","alias":null}',-6595536381898894332,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,5,'update','route','+14155552028','acme.route','14155552028',NULL,'{"app_id":"ours"}','{"app_id":"app-4","alias":null}',6218733894031648304,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,6,'update','route','+14155552035','acme.route','14155552035',NULL,'{"app_id":"ours"}','{"app_id":"app-5","alias":null}',-2163691693951416502,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,7,'update','route','+14155552002','acme.route','14155552002',NULL,'{"app_id":"ours"}','{"app_id":"app-6","alias":null}',6798633273063093888,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,8,'update','route','+14155552009','acme.route','14155552009',NULL,'{"app_id":"ours"}','{"app_id":"app-7","alias":null}',-2629389145073635268,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,9,'update','route','+14155552016','acme.route','14155552016',NULL,'{"app_id":"ours"}','{"app_id":"app-8","alias":null}',6076457979081793054,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,10,'update','route','+14155552023','acme.route','14155552023',NULL,'{"app_id":"ours"}','{"app_id":"app-9","alias":null}',-4587186462711894512,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,11,'update','route','+14155552030','acme.route','14155552030',NULL,'{"app_id":"ours"}','{"app_id":"app-10","alias":null}',3302338428459920156,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,12,'update','route','+14155552037','acme.route','14155552037',NULL,'{"app_id":"ours"}','{"app_id":"app-11","alias":null}',-2270911948108324910,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,13,'update','route','+14155552004','acme.route','14155552004',NULL,'{"app_id":"ours"}','{"app_id":"app-12","alias":null}',6235973595060282618,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,14,'update','route','+14155552011','acme.route','14155552011',NULL,'{"app_id":"ours"}','{"app_id":"app-13","alias":null}',-2224334557045529866,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,15,'update','route','+14155552018','acme.route','14155552018',NULL,'{"app_id":"ours"}','{"app_id":"app-14","alias":null}',-716912447965373220,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,16,'update','route','+14155552025','acme.route','14155552025',NULL,'{"app_id":"ours"}','{"app_id":"app-15","alias":null}',4721548453908217856,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,17,'update','route','+14155552032','acme.route','14155552032',NULL,'{"app_id":"ours"}','{"app_id":"app-16","alias":null}',1239472829448004016,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,18,'update','route','+14155552039','acme.route','14155552039',NULL,'{"app_id":"ours"}','{"app_id":"app-17","alias":null}',-7777117898567418598,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,19,'update','route','+14155552006','acme.route','14155552006',NULL,'{"app_id":"ours"}','{"app_id":"app-18","alias":null}',-3836909527163762854,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,20,'update','route','+14155552013','acme.route','14155552013',NULL,'{"app_id":"ours"}','{"app_id":"app-19","alias":null}',4454823887921770822,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,21,'update','route','+14155552020','acme.route','14155552020',NULL,'{"app_id":"ours"}','{"app_id":"app-20","alias":null}',-6254647222829927115,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,22,'update','route','+14155552027','acme.route','14155552027',NULL,'{"app_id":"ours"}','{"app_id":"app-21","alias":null}',-4694000038800321829,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,23,'update','route','+14155552034','acme.route','14155552034',NULL,'{"app_id":"ours"}','{"app_id":"app-22","alias":null}',-7713271268705515125,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,24,'update','route','+14155552001','acme.route','14155552001',NULL,'{"app_id":"ours"}','{"app_id":"app-23","alias":null}',8469964833183033399,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,25,'update','route','+14155552008','acme.route','14155552008',NULL,'{"app_id":"ours"}','{"app_id":"app-24","alias":null}',-6999607328658788063,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,26,'update','route','+14155552015','acme.route','14155552015',NULL,'{"app_id":"ours"}','{"app_id":"app-25","alias":null}',-8666822277596333747,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,27,'update','route','+14155552022','acme.route','14155552022',NULL,'{"app_id":"ours"}','{"app_id":"app-26","alias":null}',-376562479365719563,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,28,'update','route','+14155552029','acme.route','14155552029',NULL,'{"app_id":"ours"}','{"app_id":"app-27","alias":null}',-8764471655339148305,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,29,'update','route','+14155552036','acme.route','14155552036',NULL,'{"app_id":"ours"}','{"app_id":"app-28","alias":null}',1138250181353468263,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,30,'update','route','+14155552003','acme.route','14155552003',NULL,'{"app_id":"ours"}','{"app_id":"app-29","alias":null}',7232566078805202507,'2026-11-30 17:30:57');
INSERT INTO writes VALUES(29,31,'update','route','+14155552010','acme.route','14155552010',NULL,'{"app_id":"ours"}','{"app_id":"app-30","alias":null}',-4039742349816059738,'2026-11-30 17:30:58');
INSERT INTO writes VALUES(29,32,'update','route','+14155552017','acme.route','14155552017',NULL,'{"app_id":"ours"}','{"app_id":"app-31","alias":null}',-1988941504579565968,'2026-11-30 17:30:58');
INSERT INTO writes VALUES(29,33,'update','route','+14155552024','acme.route','14155552024',NULL,'{"app_id":"ours"}','{"app_id":"app-32","alias":null}',-3370220702111561748,'2026-11-30 17:30:58');
INSERT INTO writes VALUES(29,34,'update','route','+14155552031','acme.route','14155552031',NULL,'{"app_id":"ours"}','{"app_id":"app-33","alias":null}',-6912790892591136780,'2026-11-30 17:30:58');
INSERT INTO writes VALUES(29,35,'update','route','+14155552038','acme.route','14155552038',NULL,'{"app_id":"ours"}','{"app_id":"app-34","alias":null}',-5409032348941396778,'2026-11-30 17:30:58');
INSERT INTO writes VALUES(29,36,'update','route','+14155552005','acme.route','14155552005',NULL,'{"app_id":"ours"}','{"app_id":"app-35","alias":null}',-7558665144549228458,'2026-11-30 17:30:58');
INSERT INTO writes VALUES(29,37,'update','route','+14155552012','acme.route','14155552012',NULL,'{"app_id":"ours"}','{"app_id":"app-36","alias":null}',-2505243238325661342,'2026-11-30 17:30:58');
INSERT INTO writes VALUES(29,38,'update','route','+14155552019','acme.route','14155552019',NULL,'{"app_id":"ours"}','{"app_id":"app-37","alias":null}',-5259836284944161008,'2026-11-30 17:30:58');
INSERT INTO writes VALUES(29,39,'update','route','+14155552026','acme.route','14155552026',NULL,'{"app_id":"ours"}','{"app_id":"app-38","alias":null}',-5362514968733998676,'2026-11-30 17:30:58');
INSERT INTO writes VALUES(29,40,'update','route','+14155552033','acme.route','14155552033',NULL,'{"app_id":"ours"}','{"app_id":"app-39","alias":null}',8617765994863885052,'2026-11-30 17:30:58');
CREATE TABLE outcomes (
    run INTEGER NOT NULL REFERENCES runs,
    sequence INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    noted_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (run, sequence)
) WITHOUT ROWID;
INSERT INTO outcomes VALUES(1,1,'done','acl-1',-2959697017729213504,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(1,2,'done','trunk-1',8603120259528927241,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(1,3,'done','theirs-1',4514369264867705330,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(1,4,'done','14155550100',-4615863841376766228,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(2,1,'done','acl-1',6262808402666201203,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(2,2,'done','trunk-1',574273639375882366,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(2,3,'done','theirs-1',-1747754916649035881,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(2,4,'done','14155550100',7717864117616327691,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(3,1,'done','acl-1',3182575015469680342,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(3,2,'done','trunk-1',301991910717236855,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(3,3,'done','theirs-1',524428731730981156,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(3,4,'done','14155550100',4988248249985178674,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(4,1,'done','rule-1',2309231029073382170,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(4,2,'done','14155550102',-2568188739695021055,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(4,3,'done','acl-1',5592603928117159111,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(5,1,'done','acl-1',-6357346861574975156,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(5,2,'done','trunk-1',-2733432657990107179,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(5,3,'done','theirs-1',-1958008168881023066,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(5,4,'done','14155550100',-2798256520971347648,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(6,1,'done','sip-1',8577238228353078519,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(6,2,'not-done','refused',-8351153463784221054,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(6,3,'done','14155550103',7018511324079611195,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(6,4,'not-done','refused: 400',5028643293750916789,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(6,5,'unknown','no answer',-8967549440621686345,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(7,1,'done','sip-1',-2252438531578792082,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(7,2,'not-done','refused',-4586038379574437473,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(7,3,'done','14155550103',270391756692230938,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(7,4,'not-done','refused: 400',-3243697022285360894,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(7,5,'unknown','no answer',-1637717300750343608,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(8,1,'done','acl-1',-4555443542731654379,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(8,2,'done','trunk-1',-6160786225119971288,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(8,3,'done','theirs-1',-2255704354412290907,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(8,4,'done','14155550100',-1431011197074407923,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(9,1,'done','acl-1',3078694037349481144,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(9,2,'not-done','in use',-8958286770479110758,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(10,1,'done','trunk-9',-6670428165307017405,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(10,2,'unknown','no answer',7675120966691605380,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(11,1,'done','acl-1',-2106988319117474962,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(11,2,'done','trunk-1',-7812254853574986081,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(11,3,'done','theirs-1',-6306112441316712596,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(11,4,'done','14155550100',-1283989682330191814,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(12,1,'done','sip-1',-505601885000511103,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(12,2,'not-done','refused',-7688253985823026188,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(12,3,'done','14155550103',-2051312332873749579,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(12,4,'not-done','refused: 400',-5634347868287237553,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(12,5,'unknown','no answer',6350142058120460157,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(13,1,'done','sip-1',-7117064202290660296,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(13,2,'not-done','refused',-3867231065006808535,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(13,3,'done','14155550103',3665712679407987516,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(13,4,'not-done','refused: 400',-8764587704860259940,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(13,5,'unknown','no answer',-3593121294108048730,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(14,1,'done','acl-1',4019582365743035863,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(14,2,'done','trunk-1',8651414315141700434,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(14,3,'done','theirs-1',6832814456583194163,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(14,4,'done','14155550100',4810101326057628327,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(15,1,'done','rule-1',-7276052070120561289,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(15,2,'done','14155550102',-1472049505298500818,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(15,3,'done','acl-1',5342807824365890304,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(15,4,'done','rule-1',-5470306034192574446,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(16,1,'done','acl-1',-2006140259557623411,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(16,2,'done','trunk-1',7588470997788700528,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(16,3,'done','theirs-1',4776599103389658093,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(16,4,'done','14155550100',7674679130055875637,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(17,1,'done','acl-1',5063102494965188784,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(17,2,'done','trunk-1',9126933986132797849,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(17,3,'done','theirs-1',-4938133035170664926,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(17,4,'done','14155550100',5962707545076914396,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(18,1,'done','trunk-1',1995670545646047427,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(19,1,'done','acl-1',5094118364085438278,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(19,2,'done','trunk-1',2564025495330662919,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(19,3,'done','theirs-1',-634129469234837484,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(19,4,'done','14155550100',-3498581065699445726,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(21,1,'done','sip-1',-3882746517137247280,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(21,2,'not-done','refused',8603625051243553,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(21,3,'done','14155550103',-568590453804585372,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(21,4,'not-done','refused: 400',3530397328062067044,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(21,5,'unknown','no answer',-2493157987072737122,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(22,1,'done','acl-1',-842894057974041393,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(22,2,'done','trunk-1',-5416859782742824006,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(22,3,'done','theirs-1',6822917552751600859,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(22,4,'done','14155550100',8797436008057622927,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(23,1,'done','rule-1',-7694718647239687777,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(23,2,'done','14155550102',-4742839576374322890,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(23,3,'done','acl-1',6577859417380543832,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(24,1,'done','acl-1',-4377305818230991035,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(24,2,'done','trunk-1',-1760391178691887688,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(24,3,'done','theirs-1',-1003215391505679723,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(24,4,'done','14155550100',27551233735729789,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(24,5,'done','trunk-1',910823498883415269,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(25,1,'done','acl-1',-6369702018204351192,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(25,2,'done','trunk-1',5009948293293643329,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(25,3,'done','theirs-1',5223300877524997802,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(25,4,'done','14155550100',2533063400120704676,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(25,5,'not-done','in use',-6187617427738965523,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(26,1,'done','acl-1',4115489013154372379,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(26,2,'done','trunk-1',-8140934371665871850,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(26,3,'done','theirs-1',-1092105969180686257,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(26,4,'done','14155550100',421653614094412099,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(27,1,'done','sip-1',6029041175484903618,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(27,2,'not-done','refused',-8024005349159909413,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(27,3,'done','14155550103',-6061301591820028250,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(27,4,'not-done','refused: 400',-546590342030026602,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(27,5,'unknown','no answer',5761489432824048996,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(28,1,'done','14155550103',2452258991545166251,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,1,'done','14155552000',-7409874829395699142,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,2,'done','14155552007',-2165701431274345254,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,3,'done','14155552014',-799095998060994227,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,4,'done','14155552021',-7893431036032593280,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,5,'done','14155552028',5196277707409662124,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,6,'done','14155552035',-1597815815276897805,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,7,'done','14155552002',517444186794858042,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,8,'done','14155552009',1096625303256206914,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,9,'done','14155552016',-777862698852424195,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,10,'done','14155552023',3017746785658855096,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,11,'done','14155552030',1219327207113014235,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,12,'done','14155552037',4508604609140979315,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,13,'done','14155552004',527337683305844746,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,14,'done','14155552011',-729671230682394663,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,15,'done','14155552018',-1437757801837479619,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,16,'done','14155552025',-373981859283447992,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,17,'done','14155552032',1649768255583723195,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,18,'done','14155552039',-6249212870173076485,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,19,'done','14155552006',-8699761123418700134,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,20,'done','14155552013',3050452029969191809,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,21,'done','14155552020',3385795493673118644,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,22,'done','14155552027',-998602418987549600,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,23,'done','14155552034',-6144587522614055629,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,24,'done','14155552001',5226097783492830090,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,25,'done','14155552008',-1864764211268478134,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,26,'done','14155552015',7496289247534596401,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,27,'done','14155552022',-4436856935349024484,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,28,'done','14155552029',-943206910612271008,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,29,'done','14155552036',6366590191180875059,'2026-11-30 17:30:57');
INSERT INTO outcomes VALUES(29,30,'done','14155552003',3731647549894364690,'2026-11-30 17:30:58');
INSERT INTO outcomes VALUES(29,31,'done','14155552010',-4632254696064348331,'2026-11-30 17:30:58');
INSERT INTO outcomes VALUES(29,32,'done','14155552017',1677011479843633449,'2026-11-30 17:30:58');
INSERT INTO outcomes VALUES(29,33,'done','14155552024',-5261972166731000492,'2026-11-30 17:30:58');
INSERT INTO outcomes VALUES(29,34,'done','14155552031',1505170585680852179,'2026-11-30 17:30:58');
INSERT INTO outcomes VALUES(29,35,'done','14155552038',-683428628661233365,'2026-11-30 17:30:58');
INSERT INTO outcomes VALUES(29,36,'done','14155552005',2091398239251117818,'2026-11-30 17:30:58');
INSERT INTO outcomes VALUES(29,37,'done','14155552012',-6519991935665647547,'2026-11-30 17:30:58');
INSERT INTO outcomes VALUES(29,38,'done','14155552019',1245586087535481625,'2026-11-30 17:30:58');
INSERT INTO outcomes VALUES(29,39,'done','14155552026',1152071575921605068,'2026-11-30 17:30:58');
INSERT INTO outcomes VALUES(29,40,'done','14155552033',8408460826518389731,'2026-11-30 17:30:58');
CREATE TABLE befores (
    run INTEGER NOT NULL REFERENCES runs,
    sequence INTEGER NOT NULL,
    fields TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (run, sequence)
) WITHOUT ROWID;
INSERT INTO befores VALUES(1,3,'{"label":"theirs","extra":[1,2]}',2395791600156308954);
INSERT INTO befores VALUES(1,4,'{"app_id":"app-1"}',-2249155579232614095);
INSERT INTO befores VALUES(2,3,'{"label":"theirs","extra":[1,2]}',-7614455142302867815);
INSERT INTO befores VALUES(2,4,'{"app_id":"app-1"}',4503994710939783386);
INSERT INTO befores VALUES(3,3,'{"label":"theirs","extra":[1,2]}',-6370110880043099056);
INSERT INTO befores VALUES(3,4,'{"app_id":"app-1"}',740225818549066623);
INSERT INTO befores VALUES(4,2,'{"app_id":"app-2"}',3055985092448193043);
INSERT INTO befores VALUES(5,3,'{"label":"theirs","extra":[1,2]}',-3633568982221069218);
INSERT INTO befores VALUES(5,4,'{"app_id":"app-1"}',-5868640477088322779);
INSERT INTO befores VALUES(6,3,'{"app_id":"app-3"}',4065268874083249785);
INSERT INTO befores VALUES(6,4,'{"app_id":"app-4"}',5471351860930900817);
INSERT INTO befores VALUES(6,5,'{"app_id":"app-5"}',2777543751716414713);
INSERT INTO befores VALUES(7,3,'{"app_id":"app-3"}',-6982566180958921456);
INSERT INTO befores VALUES(7,4,'{"app_id":"app-4"}',-5767763911999224104);
INSERT INTO befores VALUES(7,5,'{"app_id":"app-5"}',-7232852832416924664);
INSERT INTO befores VALUES(8,3,'{"label":"theirs","extra":[1,2]}',-7592952859448205309);
INSERT INTO befores VALUES(8,4,'{"app_id":"app-1"}',-4565055066950163756);
INSERT INTO befores VALUES(10,2,'{"app_id":"app-1"}',1838663373381121048);
INSERT INTO befores VALUES(11,3,'{"label":"theirs","extra":[1,2]}',-4533217113722002600);
INSERT INTO befores VALUES(11,4,'{"app_id":"app-1"}',5633178891041176215);
INSERT INTO befores VALUES(12,3,'{"app_id":"app-3"}',-7300215844727425021);
INSERT INTO befores VALUES(12,4,'{"app_id":"app-4"}',4613024734929675395);
INSERT INTO befores VALUES(12,5,'{"app_id":"app-5"}',-299801236043658333);
INSERT INTO befores VALUES(13,3,'{"app_id":"app-3"}',-4131087684956337006);
INSERT INTO befores VALUES(13,4,'{"app_id":"app-4"}',-6289810662678917822);
INSERT INTO befores VALUES(13,5,'{"app_id":"app-5"}',4824609092874646490);
INSERT INTO befores VALUES(14,3,'{"label":"theirs","extra":[1,2]}',1386461587493732213);
INSERT INTO befores VALUES(14,4,'{"app_id":"app-1"}',-1402155335091973674);
INSERT INTO befores VALUES(15,2,'{"app_id":"app-2"}',-1775457245485908432);
INSERT INTO befores VALUES(16,3,'{"label":"theirs","extra":[1,2]}',6793886979229049835);
INSERT INTO befores VALUES(16,4,'{"app_id":"app-1"}',8453409702573658796);
INSERT INTO befores VALUES(17,3,'{"label":"theirs","extra":[1,2]}',1925070191411045546);
INSERT INTO befores VALUES(17,4,'{"app_id":"app-1"}',8866489366587802881);
INSERT INTO befores VALUES(19,3,'{"label":"theirs","extra":[1,2]}',6940728082025987296);
INSERT INTO befores VALUES(19,4,'{"app_id":"app-1"}',-6142645371356449073);
INSERT INTO befores VALUES(21,3,'{"app_id":"app-3"}',983704408319484970);
INSERT INTO befores VALUES(21,4,'{"app_id":"app-4"}',-2193475649310475174);
INSERT INTO befores VALUES(21,5,'{"app_id":"app-5"}',6427080799804646194);
INSERT INTO befores VALUES(22,3,'{"label":"theirs","extra":[1,2]}',-9171592197531183299);
INSERT INTO befores VALUES(22,4,'{"app_id":"app-1"}',6628564063171049582);
INSERT INTO befores VALUES(23,2,'{"app_id":"app-2"}',5176358265138507016);
INSERT INTO befores VALUES(24,3,'{"label":"theirs","extra":[1,2]}',6002529145909862675);
INSERT INTO befores VALUES(24,4,'{"app_id":"app-1"}',5359978857904568228);
INSERT INTO befores VALUES(25,3,'{"label":"theirs","extra":[1,2]}',919065447289868210);
INSERT INTO befores VALUES(25,4,'{"app_id":"app-1"}',5686385849069707897);
INSERT INTO befores VALUES(26,3,'{"label":"theirs","extra":[1,2]}',8655964861209751537);
INSERT INTO befores VALUES(26,4,'{"app_id":"app-1"}',1891892168306637698);
INSERT INTO befores VALUES(27,3,'{"app_id":"app-3"}',8607598049095568908);
INSERT INTO befores VALUES(27,4,'{"app_id":"app-4"}',5996083196429173572);
INSERT INTO befores VALUES(27,5,'{"app_id":"app-5"}',640111491875898532);
INSERT INTO befores VALUES(28,1,'{"app_id":"app-3"}',3086708710511026953);
INSERT INTO befores VALUES(29,1,'{"app_id":"app-0"}',-8540103844701526327);
INSERT INTO befores VALUES(29,2,'{"app_id":"app-1"}',-177146541985866405);
INSERT INTO befores VALUES(29,3,'{"app_id":"app-2"}',-1753751908684527895);
INSERT INTO befores VALUES(29,4,'{"app_id":"app-3"}',-2578692103808236881);
INSERT INTO befores VALUES(29,5,'{"app_id":"app-4"}',4743671642228928753);
INSERT INTO befores VALUES(29,6,'{"app_id":"app-5"}',-1022742496463267325);
INSERT INTO befores VALUES(29,7,'{"app_id":"app-6"}',-2906513338082129375);
INSERT INTO befores VALUES(29,8,'{"app_id":"app-7"}',-4667407549628340145);
INSERT INTO befores VALUES(29,9,'{"app_id":"app-8"}',2908500049176980649);
INSERT INTO befores VALUES(29,10,'{"app_id":"app-9"}',7857735844737705787);
INSERT INTO befores VALUES(29,11,'{"app_id":"app-10"}',8114676975540358001);
INSERT INTO befores VALUES(29,12,'{"app_id":"app-11"}',2414805209078405909);
INSERT INTO befores VALUES(29,13,'{"app_id":"app-12"}',-5378624648312916587);
INSERT INTO befores VALUES(29,14,'{"app_id":"app-13"}',4558453140549226953);
INSERT INTO befores VALUES(29,15,'{"app_id":"app-14"}',-1595485139697844511);
INSERT INTO befores VALUES(29,16,'{"app_id":"app-15"}',872359307259359117);
INSERT INTO befores VALUES(29,17,'{"app_id":"app-16"}',6058657409762903549);
INSERT INTO befores VALUES(29,18,'{"app_id":"app-17"}',-5544620343804018103);
INSERT INTO befores VALUES(29,19,'{"app_id":"app-18"}',5688053185377825841);
INSERT INTO befores VALUES(29,20,'{"app_id":"app-19"}',2211497612387307477);
INSERT INTO befores VALUES(29,21,'{"app_id":"app-20"}',5040625784989421676);
INSERT INTO befores VALUES(29,22,'{"app_id":"app-21"}',4549931880355245768);
INSERT INTO befores VALUES(29,23,'{"app_id":"app-22"}',6726511180659292360);
INSERT INTO befores VALUES(29,24,'{"app_id":"app-23"}',3211944012998080732);
INSERT INTO befores VALUES(29,25,'{"app_id":"app-24"}',2249684528492277388);
INSERT INTO befores VALUES(29,26,'{"app_id":"app-25"}',-6124620801590956752);
INSERT INTO befores VALUES(29,27,'{"app_id":"app-26"}',6144785765211472416);
INSERT INTO befores VALUES(29,28,'{"app_id":"app-27"}',-7605866724391241652);
INSERT INTO befores VALUES(29,29,'{"app_id":"app-28"}',-1276031872099130212);
INSERT INTO befores VALUES(29,30,'{"app_id":"app-29"}',-4243932100609046584);
INSERT INTO befores VALUES(29,31,'{"app_id":"app-30"}',-8413016953762807941);
INSERT INTO befores VALUES(29,32,'{"app_id":"app-31"}',5587261543627604483);
INSERT INTO befores VALUES(29,33,'{"app_id":"app-32"}',1679552987241529095);
INSERT INTO befores VALUES(29,34,'{"app_id":"app-33"}',-7480462163083204393);
INSERT INTO befores VALUES(29,35,'{"app_id":"app-34"}',4862683243938016011);
INSERT INTO befores VALUES(29,36,'{"app_id":"app-35"}',-5577542311412922637);
INSERT INTO befores VALUES(29,37,'{"app_id":"app-36"}',-8708357193633256561);
INSERT INTO befores VALUES(29,38,'{"app_id":"app-37"}',6895331201607221471);
INSERT INTO befores VALUES(29,39,'{"app_id":"app-38"}',497555668201335723);
INSERT INTO befores VALUES(29,40,'{"app_id":"app-39"}',-2522245744077530077);
CREATE INDEX runs_of_connection ON runs (connection);
COMMIT;
