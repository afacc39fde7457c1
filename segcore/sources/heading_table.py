"""The headings by which columns are found, in many languages and in the exports of many providers.

`segcore.sources.headings` compares headings: case, accents, spaces and punctuation make no difference.

The headings of a provider are those that the address beside them documents.  Those in English are in common
use, without a source; those of the other languages are translations of these.
"""

from __future__ import annotations

from typing import NamedTuple


class Spelling(NamedTuple):
    """The headings of one language, or of one provider's exports and requests.

    Args:
        where: The language or the provider.
        text: Headings of the column with the texts, those to be preferred first; separated by commas.
        to: Headings of the column with the recipients.
        media: Headings of the column with the media.
        source: The address that documents a provider's names; empty for a language.
    """

    where: str
    text: str
    to: str
    media: str = ""
    source: str = ""


SPELLINGS = (
    Spelling(
        "English",
        "text, message, body, sms, content, msg, message text, message body, message content, "
        "sms text, sms body, sms message, sms content, text message, text body, text content, "
        "messages, texts, message copy, sms copy, body text, copy",
        "to, recipient, recipients, mobile, mobile number, mobile phone, mobile phone number, "
        "mobile no, cell, cell phone, cell phone number, cell number, cellphone, cellular, "
        "phone mobile, phone cell, sms number, sms phone, sms phone number, phone, phone number, "
        "phone no, phone e164, e164, telephone, telephone number, tel, number, destination, msisdn, "
        "phone numbers, numbers, to number, to phone, to phone number, destinations, "
        "destination number, destination phone number, recipient number, recipient phone, "
        "recipient phone number, recipient mobile, customer phone, customer phone number, "
        "customer mobile, contact number, contact phone, contact mobile, receiver, handset, "
        "primary phone, phone1, phone 1, phone 1 value, receiver number, terminating number, called number, "
        "subscriber number, subscriber phone, callee, cld",
        "media, media url, media urls, media link, media links, attachment, attachments, "
        "attachment url, attachment urls, mms, image url, image, picture, mms url, is mms, "
        "has media, num media, media count, number of media, attachment count, media type, media types, "
        "media content type, media size, has image, has picture, has attachment, has attachments, has mms",
    ),
    Spelling(
        "German",
        "Nachricht, Nachrichtentext, SMS-Text, Textnachricht, Kurznachricht, Mitteilung, Inhalt, "
        "SMS-Nachricht, Nachrichteninhalt",
        "Rufnummer, Telefonnummer, Telefon, Handynummer, Handy, Mobilnummer, Mobil, Mobiltelefon, "
        "Mobilfunknummer, Mobilrufnummer, Empfänger, Empfaenger, Empfängernummer, Zielrufnummer, "
        "Zielnummer, Nummer, Tel-Nr, Telefon mobil, Telefon (mobil)",
        "Medien, Medium, Anhang, Anhänge, Bild, Bild-URL, Medien-URL, Datei",
    ),
    Spelling(
        "Spanish",
        "Mensaje, Texto, Texto del mensaje, Mensaje de texto, Contenido, Cuerpo, Cuerpo del mensaje, "
        "Mensaje SMS, Texto SMS, Contenido del mensaje",
        "Teléfono, Número, Número de teléfono, Móvil, Celular, Teléfono móvil, Teléfono celular, "
        "Número móvil, Número de móvil, Número de celular, Destinatario, Destino, Destinatarios, "
        "Número de destino, Núm. teléfono",
        "Multimedia, Adjunto, Adjuntos, Archivo adjunto, Imagen, Medios",
    ),
    Spelling(
        "French",
        "Message, Texte, Contenu, Texte du message, Contenu du message, Corps, Corps du message, "
        "Texte SMS, Texte du SMS",
        "Téléphone, Numéro, Numéro de téléphone, Portable, Téléphone portable, Téléphone mobile, "
        "Numéro mobile, Numéro de portable, Numéro de mobile, Destinataire, Destinataires, Tél, GSM, "
        "N° de téléphone, N° téléphone, N° mobile, Tél. portable, Tél. mobile",
        "Média, Médias, Pièce jointe, Pièces jointes, Image",
    ),
    Spelling(
        "Portuguese",
        "Mensagem, Texto, Texto da mensagem, Mensagem de texto, Conteúdo, Corpo, Corpo da mensagem, "
        "Conteúdo da mensagem, Texto do SMS",
        "Telefone, Celular, Telemóvel, Número, Número de telefone, Número do telefone, "
        "Número de telemóvel, Número do celular, Número de celular, Telefone celular, "
        "Telefone móvel, Destinatário, Destinatários, Destino",
        "Mídia, Mídias, Anexo, Anexos, Imagem",
    ),
    Spelling(
        "Italian",
        "Messaggio, Testo, Testo del messaggio, Testo messaggio, Contenuto, Corpo, Testo SMS, "
        "Messaggio di testo",
        "Telefono, Cellulare, Numero, Numero di telefono, Numero telefono, Numero di cellulare, "
        "Numero cellulare, Telefono cellulare, Destinatario, Destinatari, Tel. cellulare",
        "Allegato, Allegati, Immagine",
    ),
    Spelling(
        "Dutch",
        "Bericht, Tekst, Berichttekst, Tekstbericht, Sms-tekst, Inhoud, Sms-bericht",
        "Telefoon, Telefoonnummer, Mobiel, Mobiel nummer, Mobiele nummer, Mobiele telefoon, Nummer, "
        "Ontvanger, Ontvangers, Gsm-nummer, Gsm, 06-nummer",
        "Bijlage, Bijlagen, Afbeelding",
    ),
    Spelling(
        "Polish",
        "Wiadomość, Treść, Treść wiadomości, Treść SMS, Treść SMS-a, Tekst, Tekst wiadomości",
        "Telefon, Numer, Numer telefonu, Nr telefonu, Komórka, Telefon komórkowy, Numer komórkowy, "
        "Odbiorca, Numer odbiorcy, Tel. komórkowy",
        "Załącznik, Załączniki, Obraz, Obrazek",
    ),
    Spelling(
        "Turkish",
        "Mesaj, Mesaj metni, Mesaj içeriği, Metin, İleti, İçerik, SMS metni, SMS içeriği",
        "Telefon, Telefon numarası, Telefon no, Cep telefonu, Cep, Cep no, Cep telefonu no, Numara, "
        "Alıcı, Alıcı numarası, GSM no, GSM numarası",
        "Medya, Ek, Ekler, Resim, Görsel",
    ),
    Spelling(
        "Russian",
        "Сообщение, Текст, Текст сообщения, Текст SMS, Текст СМС, СМС, Содержание, Содержимое",
        "Телефон, Номер, Номер телефона, Мобильный, Мобильный телефон, Номер мобильного, Получатель, "
        "Номер получателя, Абонент, Адресат",
        "Медиа, Вложение, Вложения, Изображение, Картинка",
    ),
    Spelling(
        "Ukrainian",
        "Повідомлення, Текст, Текст повідомлення, Текст SMS, Зміст, Вміст",
        "Телефон, Номер, Номер телефону, Мобільний, Мобільний телефон, Одержувач, Отримувач, "
        "Номер отримувача, Абонент",
        "Медіа, Вкладення, Зображення",
    ),
    Spelling(
        "Chinese (simplified)",
        "短信内容, 内容, 消息内容, 消息, 短信, 正文, 文本, 信息内容, 信息, 短信正文",
        "手机号码, 手机号, 手机, 电话号码, 电话, 号码, 收件人, 接收号码, 接收人, 联系电话, 目标号码, "
        "移动电话",
        "媒体, 附件, 图片, 彩信",
    ),
    Spelling(
        "Chinese (traditional)",
        "簡訊內容, 內容, 訊息內容, 訊息, 簡訊, 短訊內容, 短訊, 正文, 文字",
        "手機號碼, 手機, 電話號碼, 電話, 號碼, 收件人, 門號, 行動電話, 流動電話, 收訊人",
        "媒體, 附件, 圖片",
    ),
    Spelling(
        "Japanese",
        "本文, メッセージ, メッセージ本文, メッセージ内容, 内容, 文面, 文章, テキスト, SMS本文, 送信内容",
        "電話番号, 携帯電話番号, 携帯番号, 携帯電話, 番号, 宛先, 宛先番号, 送信先, 送信先番号, "
        "受信者, 電話, 携帯",
        "メディア, 添付, 添付ファイル, 画像",
    ),
    Spelling(
        "Korean",
        "메시지, 메시지 내용, 문자 내용, 문자 메시지, 내용, 본문, 문자, 텍스트",
        "전화번호, 휴대폰번호, 휴대폰, 휴대전화, 휴대전화번호, 핸드폰, 핸드폰번호, 번호, 수신자, "
        "수신번호, 수신자번호, 받는사람, 연락처",
        "미디어, 첨부, 첨부파일, 이미지",
    ),
    Spelling(
        "Arabic",
        "الرسالة, رسالة, نص الرسالة, النص, نص, المحتوى, محتوى الرسالة",
        "الهاتف, رقم الهاتف, هاتف, الجوال, رقم الجوال, جوال, الموبايل, رقم الموبايل, المحمول, "
        "رقم المحمول, الرقم, المستلم, المستقبل, المرسل إليه",
        "الوسائط, المرفقات, مرفق, صورة",
    ),
    Spelling(
        "Hebrew",
        "הודעה, תוכן ההודעה, תוכן, טקסט, גוף ההודעה, מסר, נוסח ההודעה",
        "טלפון, מספר טלפון, נייד, מספר נייד, טלפון נייד, מספר, נמען, סלולרי",
        "מדיה, קובץ מצורף, תמונה",
    ),
    Spelling(
        "Hindi",
        "संदेश, सन्देश, मैसेज, टेक्स्ट, सामग्री, पाठ",
        "फ़ोन, फोन, फ़ोन नंबर, फोन नंबर, मोबाइल, मोबाइल नंबर, नंबर, प्राप्तकर्ता",
        "मीडिया, अनुलग्नक, चित्र",
    ),
    Spelling(
        "Indonesian and Malay",
        "Pesan, Isi pesan, Isi, Teks, Teks pesan, Mesej, Isi SMS, Kandungan",
        "Telepon, Nomor telepon, Nomor, Nomor HP, No HP, HP, Ponsel, Nomor ponsel, Penerima, "
        "No telepon, Nomor tujuan, Nombor telefon, Nombor, No telefon",
        "Lampiran, Gambar",
    ),
    Spelling(
        "Vietnamese",
        "Tin nhắn, Nội dung, Nội dung tin nhắn, Văn bản",
        "Điện thoại, Số điện thoại, Di động, Số di động, Người nhận, SĐT, Số nhận",
        "Tệp đính kèm, Hình ảnh",
    ),
    Spelling(
        "Thai",
        "ข้อความ, เนื้อหา",
        "โทรศัพท์, เบอร์โทร, เบอร์โทรศัพท์, เบอร์มือถือ, มือถือ, หมายเลขโทรศัพท์, ผู้รับ",
        "ไฟล์แนบ, รูปภาพ",
    ),
    Spelling(
        "Persian",
        "پیام, متن پیام, متن, پیامک",
        "شماره, موبایل, شماره موبایل, تلفن, شماره تلفن, گیرنده",
        "رسانه, پیوست",
    ),
    Spelling(
        "Swedish",
        "Meddelande, Meddelandetext, Innehåll, SMS-text",
        "Telefon, Telefonnummer, Mobil, Mobilnummer, Mobiltelefon, Mottagare, Mottagarnummer, Nummer",
        "Bilaga, Bild",
    ),
    Spelling(
        "Danish",
        "Besked, Beskedtekst, Meddelelse, Indhold, Tekst, SMS-tekst",
        "Telefon, Telefonnummer, Mobil, Mobilnummer, Mobiltelefon, Modtager, Nummer",
        "Vedhæftning, Billede",
    ),
    Spelling(
        "Norwegian",
        "Melding, Meldingstekst, Beskjed, Innhold, Tekst, SMS-tekst",
        "Telefon, Telefonnummer, Mobil, Mobilnummer, Mobiltelefon, Mottaker, Nummer",
        "Vedlegg, Bilde",
    ),
    Spelling(
        "Finnish",
        "Viesti, Viestin teksti, Tekstiviesti, Teksti, Sisältö, Viestin sisältö",
        "Puhelin, Puhelinnumero, Matkapuhelin, Matkapuhelinnumero, Numero, Vastaanottaja, GSM",
        "Liite, Kuva",
    ),
    Spelling(
        "Czech and Slovak",
        "Zpráva, Text zprávy, Obsah, Text SMS, Správa, Text správy",
        "Telefon, Telefonní číslo, Mobil, Mobilní telefon, Číslo, Číslo telefonu, Příjemce, Telefón, "
        "Telefónne číslo, Príjemca",
        "Příloha, Obrázek, Príloha",
    ),
    Spelling(
        "Greek",
        "Μήνυμα, Κείμενο, Κείμενο μηνύματος, Περιεχόμενο",
        "Τηλέφωνο, Κινητό, Κινητό τηλέφωνο, Αριθμός, Αριθμός τηλεφώνου, Αριθμός κινητού, Παραλήπτης",
        "Συνημμένο, Εικόνα",
    ),
    Spelling(
        "Romanian",
        "Mesaj, Text mesaj, Textul mesajului, Conținut",
        "Telefon, Număr, Număr de telefon, Număr telefon, Mobil, Telefon mobil, Destinatar",
        "Atașament, Imagine",
    ),
    Spelling(
        "Hungarian",
        "Üzenet, Üzenet szövege, Szöveg, Tartalom, SMS szövege",
        "Telefon, Telefonszám, Mobil, Mobilszám, Mobiltelefon, Szám, Címzett",
        "Melléklet, Kép",
    ),
    Spelling(
        "Bulgarian",
        "Съобщение, Текст на съобщението, Текст, Съдържание",
        "Телефон, Телефонен номер, Номер, Мобилен, Мобилен телефон, Получател",
    ),
    Spelling(
        "Croatian and Serbian",
        "Poruka, Tekst poruke, Tekst, Sadržaj, Порука, Текст поруке",
        "Telefon, Broj telefona, Mobitel, Broj mobitela, Mobilni, Broj, Primatelj, Primalac, "
        "Телефон, Број телефона",
        "Privitak, Slika",
    ),
    Spelling(
        "Swahili",
        "Ujumbe",
        "Simu, Namba ya simu, Nambari ya simu, Mpokeaji",
    ),
    Spelling(
        "Bengali",
        "বার্তা, মেসেজ, এসএমএস",
        "মোবাইল, মোবাইল নম্বর, ফোন, ফোন নম্বর, নম্বর, প্রাপক",
    ),
    Spelling(
        "Lithuanian",
        "Žinutė, Žinutės tekstas, Pranešimas, Tekstas, Turinys",
        "Telefonas, Telefono numeris, Telefono nr, Numeris, Mobilusis telefonas, Gavėjas",
    ),
    Spelling(
        "Latvian",
        "Ziņa, Īsziņa, Ziņojums, Teksts, Saturs",
        "Tālrunis, Tālruņa numurs, Telefons, Telefona numurs, Numurs, Mobilais tālrunis, Saņēmējs",
    ),
    Spelling(
        "Estonian",
        "Sõnum, Sõnumi tekst, Tekst, Sisu",
        "Telefon, Telefoninumber, Telefoni number, Mobiil, Mobiilinumber, Saaja",
    ),
    Spelling(
        "Slovenian",
        "Sporočilo, Besedilo, Besedilo sporočila, Vsebina",
        "Telefon, Telefonska številka, Številka, Mobilni telefon, Mobilna številka, Prejemnik",
    ),
    Spelling("Icelandic", "Skilaboð, Texti, Innihald", "Sími, Símanúmer, Farsími, Farsímanúmer, Viðtakandi"),
    Spelling(
        "Catalan",
        "Missatge, Text del missatge, Contingut",
        "Telèfon, Número de telèfon, Mòbil, Telèfon mòbil, Destinatari",
    ),
    Spelling(
        "Albanian",
        "Mesazhi, Mesazh, Teksti, Përmbajtja",
        "Telefoni, Numri i telefonit, Numri, Celulari, Marrësi",
    ),
    Spelling(
        "Azerbaijani", "Mesaj, Mətn, Mesajın mətni", "Telefon, Telefon nömrəsi, Nömrə, Mobil nömrə, Alıcı"
    ),
    Spelling("Kazakh", "Хабарлама, Мәтін", "Телефон, Телефон нөмірі, Нөмір, Ұялы телефон, Алушы"),
    Spelling("Uzbek", "Xabar, Xabar matni, Matn", "Telefon, Telefon raqami, Raqam, Qabul qiluvchi"),
    Spelling("Mongolian", "Мессеж, Зурвас", "Утас, Утасны дугаар, Дугаар"),
    Spelling("Georgian", "შეტყობინება, ტექსტი", "ტელეფონი, ტელეფონის ნომერი, ნომერი, მობილური, მიმღები"),
    Spelling("Armenian", "Հաղորդագրություն, Տեքստ", "Հեռախոս, Հեռախոսահամար, Համար, Բջջային, Ստացող"),
    Spelling("Urdu", "پیغام, ایس ایم ایس, متن", "فون, فون نمبر, موبائل, موبائل نمبر, نمبر"),
    Spelling(
        "Marathi and Nepali",
        "संदेश, सन्देश, मजकूर",
        "मोबाईल, मोबाईल नंबर, फोन क्रमांक, मोबाईल क्रमांक, फोन नम्बर, मोबाइल नम्बर",
    ),
    Spelling("Tamil", "செய்தி, குறுஞ்செய்தி", "தொலைபேசி, தொலைபேசி எண், கைபேசி, கைபேசி எண், மொபைல், மொபைல் எண்"),
    Spelling("Telugu", "సందేశం, మెసేజ్", "ఫోన్, ఫోన్ నంబర్, మొబైల్, మొబైల్ నంబర్"),
    Spelling("Filipino", "Mensahe, Teksto", "Telepono, Numero ng telepono, Tatanggap"),
    Spelling("Khmer", "សារ", "ទូរស័ព្ទ, លេខទូរស័ព្ទ"),
    Spelling("Burmese", "မက်ဆေ့ချ်, စာသား", "ဖုန်း, ဖုန်းနံပါတ်"),
    Spelling("Lao", "ຂໍ້ຄວາມ", "ໂທລະສັບ, ເບີໂທ, ເບີໂທລະສັບ"),
    Spelling("Amharic", "መልእክት", "ስልክ, ስልክ ቁጥር"),
    Spelling(
        "Twilio",
        "Body",
        "To",
        "MediaUrl, MediaUrl0, NumMedia, num_media, media_url",
        "https://www.twilio.com/docs/messaging/api/message-resource",
    ),
    Spelling(
        "Bandwidth",
        "text",
        "to",
        "media",
        "https://dev.bandwidth.com/docs/messaging/createMessage",
    ),
    Spelling(
        "Telnyx",
        "text, payload.text, data.payload.text",
        "to, to.phone_number, payload.to, data.payload.to, data.payload.to.phone_number",
        "media_urls, payload.media, data.payload.media",
        "https://developers.telnyx.com/docs/messaging/messages/send-message",
    ),
    Spelling(
        "Vonage",
        "text, message_body, message.content.text",
        "to, to.number",
        "image.url",
        "https://github.com/Nexmo/nexmo-developer",
    ),
    Spelling(
        "Plivo",
        "text, message text",
        "dst, to, to_number",
        "media_urls",
        "https://www.rubydoc.info/gems/plivo/4.49.0/Plivo/Resources/MessagesInterface",
    ),
    Spelling(
        "Bird (MessageBird)",
        "body, body.text.text, body.text",
        "recipients, recipient, receiver.contacts.identifierValue",
        "mediaUrls, body.image.images.mediaUrl",
        "https://github.com/messagebird/python-rest-api",
    ),
    Spelling(
        "Sinch",
        "body, text_message.text, message.text_message.text, body.message",
        "to, recipient.identified_by.channel_identities.identity",
        "body.url, media_message.url",
        "https://developers.sinch.com/docs/sms/api-reference/sms",
    ),
    Spelling(
        "Infobip",
        "text, content.text, messages.text, messages.content.text, message text",
        "to, destinations.to, messages.destinations.to, messages.to",
        "content.mediaUrl",
        "https://www.infobip.com/docs/sms/sms-over-api",
    ),
    Spelling(
        "AWS End User Messaging",
        "MessageBody",
        "DestinationPhoneNumber",
        "MediaUrls",
        "https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendMediaMessage.md",
    ),
    Spelling(
        "AWS SNS and Pinpoint",
        "Message, Body",
        "PhoneNumber, Address, ChannelAddress",
        "MediaUrl",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
        "aws-properties-pinpoint-campaign-campaignsmsmessage.html",
    ),
    Spelling(
        "Azure Communication Services",
        "message",
        "smsRecipients, smsRecipients.to",
        "",
        "https://learn.microsoft.com/en-us/azure/communication-services/concepts/sms/sms-faq",
    ),
    Spelling(
        "ClickSend",
        "body, messages.body",
        "to, messages.to",
        "media_file",
        "https://github.com/ClickSend/clicksend-python-v2",
    ),
    Spelling(
        "MessageMedia",
        "content, messages.content",
        "destination_number, messages.destination_number",
        "media, messages.media",
        "https://github.com/messagemedia/messages-python-sdk",
    ),
    Spelling(
        "Africa's Talking",
        "message",
        "to, phoneNumbers, SMSMessageData.Recipients.number",
        "",
        "https://www.rubydoc.info/gems/africas_talking/0.0.2",
    ),
    Spelling(
        "SignalWire",
        "body",
        "to",
        "media",
        "https://developer.signalwire.com/sdks/realtime-sdk/v2/language/php/messaging",
    ),
    Spelling(
        "Regal",
        "content.body",
        "to.phoneNumber",
        "content.mediaUrl",
        "https://raw.githubusercontent.com/api-evangelist/regal-ai/refs/heads/main/json-schema/"
        "regal-message-schema.json",
    ),
    Spelling(
        "SimpleTexting",
        "text",
        "contactPhone",
        "mediaItems",
        "https://glama.ai/mcp/connectors/io.usefulapi/simpletexting/tools/simpletexting_send_message",
    ),
    Spelling(
        "EZ Texting",
        "message",
        "phone, PhoneNumbers, toNumbers",
        "",
        "https://github.com/krenfro/eztexting-java",
    ),
    Spelling(
        "Mailchimp",
        "",
        "SMS Phone Number, Phone Number",
        "",
        "https://mailchimp.com/help/import-sms-marketing-contacts/",
    ),
    Spelling(
        "Klaviyo",
        "",
        "Phone Number",
        "",
        "https://help.klaviyo.com/hc/en-us/articles/360035428731",
    ),
    Spelling(
        "Shopify",
        "",
        "Phone, Default Address Phone",
        "",
        "https://www.webtoffee.com/shopify-customers-available-columns-for-export-and-import/",
    ),
    Spelling(
        "Hextom (Shopify)",
        "",
        "Customer phone number",
        "",
        "https://bpe-help-center.hextom.com/article/847-customer-fields-guide",
    ),
    Spelling(
        "HubSpot",
        "",
        "Mobile Phone Number, Phone Number",
        "",
        "https://knowledge.hubspot.com/properties/hubspots-default-contact-properties",
    ),
    Spelling(
        "Salesforce",
        "",
        "MobilePhone, Phone, HomePhone",
        "",
        "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/"
        "sforce_api_objects_contact.htm",
    ),
    Spelling(
        "Act-On",
        "",
        "Mobile Phone Number",
        "",
        "https://connect.act-on.com/hc/en-us/articles/"
        "4408176287511-Add-SMS-Opt-Ins-from-a-Marketing-List-or-External-Data-Source",
    ),
    Spelling(
        "Subtext",
        "",
        "Phone",
        "",
        "https://help.joinsubtext.com/audience-import-formatting",
    ),
    Spelling(
        "RumbleUp",
        "",
        "phone",
        "",
        "https://rumbleup.readme.io/reference/csv-file-format",
    ),
    Spelling(
        "Trackly",
        "",
        "phone_number, phone, msisdn",
        "",
        "https://docs.tracklysms.com/guides/contacts/importing",
    ),
    Spelling(
        "Chinqit",
        "recipients.message",
        "recipients.phone",
        "",
        "https://docs.sms.chinqit.com/bulk-sms",
    ),
)
"""The headings that are known.  A list of contacts has no texts, but its recipients are found."""
