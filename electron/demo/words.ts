/** Invented people, places and things: plausible words in fresh combinations; numbers are masked as on copies. */
import { type Draw } from './random.ts';

const SURNAMES =
  '김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 류 홍 전 고 문 양 손 배 백 허 남 심 노 하 곽 성 차 주 우 구 민 진'.split(
    ' ',
  );
const FIRST =
  '민 서 지 하 도 예 수 은 현 준 태 윤 채 가 나 다 소 유 재 정 성 영 승 경 동 상 혜 미 선 연 보 세 진 규 희 원 해 아 기 호'.split(
    ' ',
  );
const SECOND =
  '준 연 우 윤 아 은 호 진 현 영 민 서 빈 율 원 솔 린 희 숙 철 수 훈 경 석 미 정 주 람 혁 환 성 태 란 선 옥 찬 겸 결 봄 별'.split(
    ' ',
  );
const ROMAN: Record<string, string> = Object.fromEntries(
  '김 KIM 이 LEE 박 PARK 최 CHOI 정 JUNG 강 KANG 조 CHO 윤 YOON 장 JANG 임 LIM 한 HAN 오 OH 서 SEO 신 SHIN 권 KWON 황 HWANG 안 AHN 송 SONG 류 RYU 홍 HONG 전 JEON 고 KO 문 MOON 양 YANG 손 SON 배 BAE 백 BAEK 허 HEO 남 NAM 심 SIM 노 NOH 하 HA 곽 KWAK 성 SUNG 차 CHA 주 JOO 우 WOO 구 KOO 민 MIN 진 JIN 지 JI 도 DO 예 YE 수 SU 은 EUN 현 HYUN 준 JUN 태 TAE 채 CHAE 가 GA 나 NA 다 DA 소 SO 유 YU 재 JAE 영 YOUNG 승 SEUNG 경 KYUNG 동 DONG 상 SANG 혜 HYE 미 MI 선 SUN 연 YEON 보 BO 세 SE 규 GYU 희 HEE 원 WON 해 HAE 아 A 기 GI 호 HO 빈 BIN 율 YUL 솔 SOL 린 RIN 숙 SOOK 철 CHUL 훈 HOON 석 SEOK 람 RAM 혁 HYUK 환 HWAN 란 RAN 옥 OK 찬 CHAN 겸 GYEOM 결 GYEOL 봄 BOM 별 BYEOL'
    .split(' ')
    .reduce<[string, string][]>((pairs, word, i, all) => (i % 2 ? pairs : [...pairs, [word, all[i + 1] ?? '']]), []),
);

export interface Person {
  name: string;
  surname: string;
  given: string;
  female: boolean;
  birth: Day;
  /** Resident number with its tail masked: 850725-2******. */
  resident: string;
  phone: string;
  address: string;
}

/** A calendar day; drawn days stop at the 28th, so that each exists. */
export interface Day {
  y: number;
  m: number;
  d: number;
}

const two = (n: number) => String(n).padStart(2, '0');

/** A day as text: 'kr' 2025년 3월 7일, 'dot' 2025. 03. 07., 'dash' 2025-03-07, 'slash' 2025/03/07. */
export function day({ y, m, d }: Day, form: 'kr' | 'dot' | 'dash' | 'slash' = 'dash'): string {
  if (form === 'kr') return `${String(y)}년 ${String(m)}월 ${String(d)}일`;
  if (form === 'dot') return `${String(y)}. ${two(m)}. ${two(d)}.`;
  return [String(y), two(m), two(d)].join(form === 'dash' ? '-' : '/');
}

export function drawDay(r: Draw, from: number, to: number): Day {
  return { y: r.int(from, to), m: r.int(1, 12), d: r.int(1, 28) };
}

/** A day moved by whole days, on a calendar of months of 28 days: drawn periods need no more. */
export function later({ y, m, d }: Day, days: number): Day {
  const total = (y * 12 + (m - 1)) * 28 + (d - 1) + days;
  const months = Math.floor(total / 28);
  return { y: Math.floor(months / 12), m: (months % 12) + 1, d: (total % 28) + 1 };
}

export function won(amount: number): string {
  return amount.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Price-like amount: a multiple of ten within the range, small ones likelier. */
export function amount(r: Draw, low: number, high: number): number {
  return Math.round((low + (high - low) * r.unit() ** 2) / 10) * 10;
}

const REGIONS: readonly (readonly [string, readonly string[]])[] = [
  ['서울특별시', ['강서구', '은평구', '성북구', '동작구', '노원구', '관악구', '송파구', '마포구', '중랑구']],
  ['부산광역시', ['동래구', '사하구', '해운대구', '남구', '금정구']],
  ['대구광역시', ['달서구', '수성구', '북구', '동구']],
  ['인천광역시', ['연수구', '부평구', '서구', '계양구']],
  ['광주광역시', ['북구', '광산구', '서구']],
  ['대전광역시', ['유성구', '서구', '대덕구']],
  ['경기도', ['수원시 영통구', '고양시 덕양구', '용인시 수지구', '파주시', '안양시 만안구', '시흥시', '남양주시']],
  ['강원특별자치도', ['춘천시', '원주시', '강릉시', '속초시']],
  ['충청북도', ['청주시 흥덕구', '충주시', '제천시']],
  ['충청남도', ['천안시 서북구', '아산시', '공주시']],
  ['전북특별자치도', ['전주시 완산구', '군산시', '익산시']],
  ['전라남도', ['여수시', '순천시', '목포시']],
  ['경상북도', ['포항시 남구', '구미시', '안동시', '경주시']],
  ['경상남도', ['창원시 의창구', '진주시', '김해시', '통영시']],
  ['제주특별자치도', ['제주시', '서귀포시']],
];
const ROADS =
  '느티나무 솔바람 은빛 달맞이 햇살 물레방아 참새 두루미 단풍 나래 너른들 샛별 큰여울 산마루 버들 호수공원 장미 해오름 반딧불 조약돌 늘푸른 소나기 가온 꽃재'.split(
    ' ',
  );
const COMPLEX = '푸른숲마을 한들아파트 새봄타운 별내음빌라 은하수단지 하늘채 강변마루 다온빌 솔잎마을 라온아파트'.split(
  ' ',
);

/** [province, town] of one place. */
export function region(r: Draw): readonly [string, string] {
  const [province, towns] = r.pick(REGIONS);
  return [province, r.pick(towns)];
}

export function address(r: Draw, masked = true): string {
  const [province, town] = region(r);
  const number = masked && r.chance(0.5) ? '**' : String(r.int(1, 180));
  const road = `${r.pick(ROADS)}${r.chance(0.4) ? '길' : '로'} ${number}`;
  const home = r.chance(0.6) ? `, ${String(r.int(101, 120))}동 ${String(r.int(1, 19))}${two(r.int(1, 8))}호` : '';
  return `${province} ${town} ${road}${home}${r.chance(0.3) ? ` (${r.pick(COMPLEX)})` : ''}`;
}

export function phone(r: Draw, area = '010'): string {
  return r.chance(0.7) ? `${area}-****-${r.digits(4)}` : `${area}-${r.digits(4)}-****`;
}

export function personName(r: Draw): { name: string; surname: string; given: string } {
  const surname = r.pick(SURNAMES);
  const given = r.pick(FIRST) + r.pick(SECOND);
  return { name: surname + given, surname, given };
}

export function person(r: Draw, from = 1945, to = 2004): Person {
  const birth = drawDay(r, from, to);
  const female = r.chance(0.5);
  const code = (birth.y >= 2000 ? 3 : 1) + (female ? 1 : 0);
  const tail = r.chance(0.75) ? `${String(code)}******` : '*******';
  return {
    ...personName(r),
    female,
    birth,
    resident: `${two(birth.y % 100)}${two(birth.m)}${two(birth.d)}-${tail}`,
    phone: phone(r),
    address: address(r),
  };
}

/** Latin capitals of a name made by this file, as in a passport. */
export function latin({ surname, given }: Pick<Person, 'surname' | 'given'>): { surname: string; given: string } {
  return {
    surname: ROMAN[surname] ?? 'KIM',
    given: [...given].map((syllable) => ROMAN[syllable] ?? 'U').join(''),
  };
}

const HOSPITAL_NAMES =
  '가람 나루 다솜 늘봄 도담 두레 라온 마루 모아 바른숨 벼리 보듬 빛고을 사랑채 산들 새녘 소담 아라 아름드리 여울 예솔 온새미 우리내 윤슬 으뜸 이든 참나무 큰솔 터울 푸르메 하늘빛 한마음 한울 해뜰 헤아림 혜윰'.split(
    ' ',
  );
const HOSPITAL_KINDS =
  '병원 종합병원 의원 내과의원 정형외과의원 외과의원 가정의학과의원 이비인후과의원 소아청소년과의원 재활의학과의원 신경외과병원 한방병원 요양병원 여성병원 안과의원 피부과의원'.split(
    ' ',
  );
export const DEPARTMENTS =
  '내과 외과 정형외과 신경외과 신경과 이비인후과 소아청소년과 산부인과 피부과 안과 재활의학과 비뇨의학과 가정의학과 마취통증의학과'.split(
    ' ',
  );

export interface Hospital {
  name: string;
  address: string;
  phone: string;
  doctor: string;
  licence: string;
  department: string;
  /** Of this hospital's forms, 0-999: the same hospital prints the same template. */
  style: number;
}

export function hospital(r: Draw): Hospital {
  const a = r.int(0, HOSPITAL_NAMES.length - 1);
  const b = r.int(0, HOSPITAL_KINDS.length - 1);
  return {
    name: `${HOSPITAL_NAMES[a] ?? ''}${HOSPITAL_KINDS[b] ?? ''}`,
    address: address(r, false),
    phone: phone(r, r.pick(['02', '031', '032', '042', '051', '053', '062', '063', '033'])),
    doctor: personName(r).name,
    licence: r.digits(5),
    department: r.pick(DEPARTMENTS),
    style: (a * 37 + b * 101) % 1000,
  };
}

export const DISEASES: readonly (readonly [string, string])[] = [
  ['급성 기관지염', 'J20.9'],
  ['요추의 염좌 및 긴장', 'S33.50'],
  ['경추의 염좌 및 긴장', 'S13.4'],
  ['급성 위장염', 'A09.9'],
  ['본태성 고혈압', 'I10.9'],
  ['제2형 당뇨병', 'E11.9'],
  ['발목의 염좌', 'S93.40'],
  ['요추간판탈출증', 'M51.2'],
  ['급성 충수염', 'K35.8'],
  ['폐렴, 상세불명의 병원체', 'J18.9'],
  ['무릎 반달연골 파열', 'S83.2'],
  ['회전근개증후군', 'M75.1'],
  ['요골 하단의 골절', 'S52.50'],
  ['위-식도역류병', 'K21.9'],
  ['알레르기비염', 'J30.4'],
  ['양성 발작성 현기증', 'H81.1'],
  ['편두통', 'G43.9'],
  ['접촉피부염', 'L25.9'],
  ['신장결석', 'N20.0'],
  ['담낭결석', 'K80.2'],
  ['뇌진탕', 'S06.0'],
  ['늑골 골절', 'S22.3'],
  ['대상포진', 'B02.9'],
  ['철결핍빈혈', 'D50.9'],
  ['불안장애', 'F41.9'],
  ['수면장애', 'G47.9'],
];

const OPINIONS = [
  '상기 환자는 위 병명으로 본원에서 진료를 받은 자로서',
  '약 {w}주간의 안정 및 가료가 필요할 것으로 사료됨.',
  '추후 경과 관찰 및 재평가가 요망됨.',
  '증상 악화 시 추가 검사와 정밀 진단이 필요할 수 있음.',
  '현재 약물 치료와 물리치료를 병행하고 있으며 증상은 호전 추세임.',
  '향후 후유증의 발생 여부는 계속적인 관찰을 요함.',
  '무리한 활동과 장시간 보행을 피하고 정기적인 외래 진료를 권함.',
  '내원 당시 통증과 운동 제한을 호소하였으며 영상 검사에서 이상 소견이 관찰됨.',
  '혈액 검사와 방사선 검사를 시행하였고 특이 합병증은 없었음.',
  '수술적 치료 후 회복 중이며 실밥 제거 후 재활 치료를 계획함.',
  '식이 조절과 규칙적인 운동을 교육하였음.',
  '단, 합병증이 발생할 경우 치료 기간은 연장될 수 있음.',
];

/** A doctor's remark of `count` sentences. */
export function opinion(r: Draw, count: number): string {
  const [first = '', ...rest] = OPINIONS;
  return [first, ...r.sample(rest, count - 1)].join(' ').replace('{w}', String(r.int(1, 12)));
}

export const PURPOSES = [
  '보험회사 제출용',
  '직장 제출용',
  '학교 제출용',
  '관공서 제출용',
  '보험 청구용',
  '개인 보관용',
  '군 제출용',
];

const DRUG_NAMES =
  '가모신 나비드 두피린 라미정 메디콜 바소펜 세라톤 아세론 오메졸 자이렉 코푸린 타리온 트라셋 파모틴 펠루비 하이드린 뮤코펙 알마겔 레바트 로수바'.split(
    ' ',
  );
const DRUG_FORMS = [
  '정 10mg',
  '정 20mg',
  '캡슐 100mg',
  '정 5mg',
  '시럽 20mL',
  '정 500mg',
  '서방정 75mg',
  '연고 15g',
  '현탁액 10mL',
];

export function drug(r: Draw): string {
  return r.pick(DRUG_NAMES) + r.pick(DRUG_FORMS);
}

const PHARMACIES =
  '온누리빛 새싹 정다운 해맑은 큰사랑 초록 달님 소망별 바다 열린샘 하나로길 늘건강 참좋은손 은행나무 백년'.split(' ');
export function pharmacy(r: Draw): string {
  return `${r.pick(PHARMACIES)}약국`;
}

export const BANKS: readonly (readonly [string, string])[] = [
  ['가람은행', '#1f6fb5'],
  ['나래은행', '#0d8a5f'],
  ['다솔은행', '#d9822b'],
  ['온빛저축은행', '#b5312c'],
  ['누리샘은행', '#2d4a9e'],
  ['미르은행', '#00857c'],
  ['한여울신협', '#5b8c2a'],
  ['들꽃새마을조합', '#1c5aa0'],
  ['아라은행', '#e0a800'],
  ['별무리뱅크', '#5a4fcf'],
];

export function accountNumber(r: Draw): string {
  const parts = r.pick([
    [3, 3, 6],
    [6, 2, 6],
    [3, 4, 4, 2],
    [4, 3, 6],
    [3, 2, 6],
  ]);
  const text = parts.map((n) => r.digits(n));
  text[text.length - 1] = `${(text[text.length - 1] ?? '').slice(0, -3)}***`;
  return text.join('-');
}

export function licenceNumber(r: Draw): string {
  return `${two(r.int(11, 28))}-${two(r.int(0, 24))}-${r.digits(6)}-**`;
}

export function businessNumber(r: Draw): string {
  return `${r.digits(3)}-${r.digits(2)}-***${r.digits(2)}`;
}

const PLATE_LETTERS =
  '가 나 다 라 마 거 너 더 러 머 버 서 어 저 고 노 도 로 모 보 소 오 조 구 누 두 루 무 부 수 우 주 하 허 호'.split(' ');
const PLATE_REGIONS = '서울 부산 대구 인천 광주 대전 경기 강원 충북 충남 전북 전남 경북 경남 제주'.split(' ');

export interface Plate {
  region: string;
  front: string;
  letter: string;
  number: string;
}

export function plate(r: Draw): Plate {
  return {
    region: r.pick(PLATE_REGIONS),
    front: r.chance(0.5) ? r.digits(2) : String(r.int(100, 699)),
    letter: r.pick(PLATE_LETTERS),
    number: String(r.int(1000, 9999)),
  };
}

export const CARS = [
  '누비라온 1.6',
  '해미르 2.0',
  '솔바람 EV',
  '가온 하이브리드',
  '바람개비 1.0',
  '산들 SUV 2.2',
  '두리카고 1톤',
  '미리내 3.3',
  '한별 2.5T',
  '도란 밴',
];
export const MAKERS = ['한들자동차(주)', '가온모터스', '미르자동차공업', '새론오토(주)'];
export const SCHOOLS = [
  '한들고등학교',
  '새벽별고등학교',
  '가람대학교',
  '나루대학교',
  '온누리대학교',
  '한울대학교 대학원',
  '다솜전문대학',
];
export const MAJORS = [
  '컴퓨터공학과',
  '경영학과',
  '간호학과',
  '기계공학과',
  '국어국문학과',
  '디자인학과',
  '생명과학과',
  '전자공학과',
  '회계학과',
];
export const COMPANIES = [
  '(주)나래소프트',
  '한빛물산',
  '가람건설(주)',
  '다온커뮤니케이션',
  '새싹출판사',
  '온정복지재단',
  '미르테크',
  '(주)솔향푸드',
  '바다해운(주)',
];
export const JOBS = ['사원', '대리', '과장', '팀장', '인턴', '연구원', '주임'];
export const CERTIFICATES = [
  '정보처리기사',
  '운전면허 1종보통',
  '컴퓨터활용능력 1급',
  '토익 870점',
  '한국사능력검정 1급',
  '전산회계 1급',
  '간호사 면허',
  '용접기능사',
];
